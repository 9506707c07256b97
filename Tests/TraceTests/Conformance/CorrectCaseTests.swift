import Debugging
import Testing
import Trace

/// Recorded workflows in which nothing is wrong have no problem of severity error or warning.
///
/// The rule looks at the program and at the reference's record, and never at what the finder finds. A case is correct if
/// - no step of it fails there, and nothing that it looks at afterwards is in conflict;
/// - no optimizer's list has a parameter twice, and no backward starts at a parameter;
/// - whoever zeroes shares no parameter with an optimizer that has called backward and not stepped yet;
/// - an optimizer that steps has zeroed since its last step and has called backward since then (or somebody has without an optimizer), and all
///   its parameters hold feedback.
/// Most cases are about one rule of the engine and have parameters of no optimizer: at the end one is added that attends to them.
@Suite struct CorrectCaseTests {
    @Test func correctCasesHaveNoProblem() throws {
        var correct: [String] = []
        for group in ConformanceTests.groups {
            for recorded in try ConformanceTests.cases(group) where Rule(recorded).holds {
                correct.append(recorded["name"]?.string ?? "")
                let runner = ProgramRunner()
                for step in recorded["steps"]?.items ?? [] { _ = runner.attempt(step) }
                try attendToTheRest(runner.engine)
                runner.engine.ended(with: nil)
                var finder = ProblemFinder()
                finder.update(runner.engine.record)
                for finding in finder.findings where finding.severity > .note {
                    Issue.record("\(group), “\(correct.last ?? "")”: \(finding.message) [\(finding.code.rawValue)]")
                }
            }
        }
        #expect(correct.count >= 40, "\(correct)")
    }

    private func attendToTheRest(_ engine: Engine) throws {
        let record = engine.record
        let attended = Set(record.optimizers.flatMap(\.parameters))
        let rest = (0..<record.nodeCount).map { NodeID($0) }.filter { record.isTrainable($0) && !attended.contains($0) }
        if !rest.isEmpty { _ = try engine.optimizer(.manual, rest, OptimizerOptions(name: "rest")) }
    }
}

/// Whether a recorded case is correct, as said above.
private struct Rule {
    let steps: [Value], there: Value
    private var names: [String: String] = [:]
    private var attended: [String: [String]] = [:]

    init(_ recorded: Value) {
        steps = recorded["steps"]?.items ?? []
        there = recorded["there"] ?? .none
        for moment in there["moments"]?.items ?? [] {
            guard let number = moment["step"]?.int, steps.indices.contains(number), let result = moment["result"]?.string else { continue }
            let step = steps[number]
            if let variable = step["as"]?.string { names[variable] = result }
            if step["do"] == "bundle", let name = step["name"]?.string { names[name + ".code"] = result }
        }
        for step in steps where step["do"] == "optimizer" {
            attended[step["name"]?.string ?? ""] = (step["parameters"]?.items ?? []).map { names[$0.string ?? ""] ?? "" }
        }
    }

    var holds: Bool { nothingFails && attended.values.allSatisfy { Set($0).count == $0.count && !$0.contains("") } && theOrderIsRight }

    private var nothingFails: Bool { !Self.hasError(there["moments"] ?? .none) && !steps.isEmpty }

    private static func hasError(_ value: Value) -> Bool {
        switch value {
        case .dict(let members): members[.string("error")] != nil || members.values.contains { hasError($0) }
        case .list(let items): items.contains { hasError($0) }
        default: false
        }
    }

    private var theOrderIsRight: Bool {
        let trainable = Set((there["nodes"]?.items ?? []).filter { $0["trainable"] == true }.compactMap { $0["name"]?.string })
        /// Of each optimizer: whether it holds nothing that it used, and whether it has called backward since.
        var clean = Set(attended.keys), called: Set<String> = [], somebodyCalled = false
        var held: Set<String> = []
        for (number, step) in steps.enumerated() {
            switch step["do"]?.string {
            case "backward":
                guard let output = names[step["node"]?.string ?? ""], !trainable.contains(output) else { return false }
                if let name = step["optimizer"]?.string { called.insert(name) } else { somebodyCalled = true }
            case "zero":
                guard let name = step["optimizer"]?.string else { break }
                guard !called.contains(where: { $0 != name && shares($0, name) }) else { return false }
                clean.insert(name)
                called.remove(name)
            case "step":
                guard let name = step["optimizer"]?.string, clean.contains(name), called.contains(name) || somebodyCalled,
                    attended[name]?.allSatisfy(held.contains) == true
                else { return false }
                clean.remove(name)
                called.remove(name)
            default: break
            }
            if let feedback = moment(number)?["feedback"]?.items { held = Set(feedback.compactMap { $0.items?.first?.string }) }
        }
        return true
    }

    private func shares(_ a: String, _ b: String) -> Bool { !Set(attended[a] ?? []).isDisjoint(with: attended[b] ?? []) }

    private func moment(_ number: Int) -> Value? { there["moments"]?.items?.first { $0["step"]?.int == number } }
}
