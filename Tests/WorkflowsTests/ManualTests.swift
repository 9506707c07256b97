import Foundation
import Testing

/// The manual's examples do what it says.
@Suite struct ManualTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var line: Int
        var code: String
        var output: [String]?
        var testDescription: String { "line \(line)" }
    }

    static let samples: [Sample] = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = (try? String(contentsOf: root.appendingPathComponent("docs/workflows.md"), encoding: .utf8)) ?? ""
        var samples: [Sample] = []
        var fence: String?, body: [String] = [], start = 0
        for (number, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.hasPrefix("```") else {
                body.append(String(line))
                continue
            }
            if let kind = fence {
                if kind == "lua" { samples.append(Sample(line: start, code: body.joined(separator: "\n"), output: nil)) }
                if kind == "text", !samples.isEmpty { samples[samples.count - 1].output = body }
                fence = nil
            } else {
                fence = String(line.dropFirst(3))
                body = []
                start = number + 1
            }
        }
        return samples
    }()

    @Test(arguments: samples) func prints(_ sample: Sample) throws { #expect(try printed(sample.code) == sample.output) }

    @Test func thereAreExamples() { #expect(Self.samples.count >= 8) }
}
