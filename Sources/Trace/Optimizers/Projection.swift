/// A constraint that is checked, or applied, whenever an optimizer proposes a value: gives the value to take, or says why there is none,
/// by throwing a `ProjectionFailure`.
public typealias Projection = (Value) throws -> Value

/// The reason why a value does not pass a projection.
public struct ProjectionFailure: Error, Hashable, Sendable {
    public var reason: String
    public init(reason: String) { self.reason = reason }
}

/// The projections that need nothing of a workflow's language.
public enum Projections {
    /// A number from one bound to another; nil means no bound.
    public static func range(_ low: Double?, _ high: Double?) -> Projection {
        { value in
            let number: Double
            switch value {
            case .int(let i): number = Double(i)
            case .float(let d): number = d
            default: throw ProjectionFailure(reason: "\(value.short(40)) is not a number")
            }
            guard !number.isNaN, number >= low ?? -.infinity, number <= high ?? .infinity else {
                let bounds = [low.map { "at least \(Value.text(of: $0))" }, high.map { "at most \(Value.text(of: $0))" }].compactMap { $0 }
                throw ProjectionFailure(reason: "\(value.short(40)) is not \(bounds.joined(separator: " and "))")
            }
            return value
        }
    }

    /// One of some values.
    public static func choice(_ values: [Value]) -> Projection {
        { value in
            if let known = values.first(where: { $0.equals(value) }) { return known }
            throw ProjectionFailure(reason: "\(value.short(40)) is not \(Words.list(values.map { $0.short(30) }, "or"))")
        }
    }
}

extension Engine {
    /// Gives a parameter projections.
    ///
    /// - Throws: `TraceError.notAParameter`.
    public func constrain(_ parameter: NodeID, _ list: [Projection]) throws(TraceError) {
        guard record.isTrainable(parameter) else { throw failed(.notAParameter(parameter)) }
        projections[parameter, default: []] += list
    }

    func project(_ value: Value, onto parameter: NodeID) throws(ProjectionFailure) -> Value {
        var value = value
        do {
            for projection in projections[parameter] ?? [] { value = try projection(value) }
        } catch {
            throw error as? ProjectionFailure ?? ProjectionFailure(reason: "its projection failed: \(error)")
        }
        return value
    }
}
