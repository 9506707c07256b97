/// The source of a setting.
package enum SettingSource: Sendable, Hashable, CustomStringConvertible {
    /// An option of the command line, with its dashes.
    case option(String)
    /// A variable of the environment.
    case variable(String)
    case file(String, line: Int?)
    /// It follows from other settings.
    case derived(String)

    package var description: String {
        switch self {
        case .option(let name): name
        case .variable(let name): "$" + name
        case .file(let path, let line): path + (line.map { ":\($0)" } ?? "")
        case .derived(let from): from
        }
    }
}

/// A value with its source.
package struct Sourced<Value: Sendable & Hashable>: Sendable, Hashable {
    package var value: Value
    package var source: SettingSource

    package init(_ value: Value, _ source: SettingSource) {
        self.value = value
        self.source = source
    }
}

/// Mistakes in what is set, each with its place.
package struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    package struct Fault: Sendable, Equatable {
        package var source: SettingSource
        package var message: String
    }
    package var faults: [Fault]

    package init(_ faults: [Fault]) { self.faults = faults }
    package init(_ source: SettingSource, _ message: String) { faults = [Fault(source: source, message: message)] }

    package var description: String { faults.map { "\($0.source): \($0.message)" }.joined(separator: "\n") }
}
