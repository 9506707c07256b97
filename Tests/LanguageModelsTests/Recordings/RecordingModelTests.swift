import Foundation
import Synchronization
import TestSupport
import Testing
import Trace

@testable import LanguageModels

@Suite struct RecordingModelTests {
    private let upper = ScriptedModel { request in
        ModelAnswer(text: request.messages[0].content.uppercased(), origin: .live, model: "m-1", promptTokens: 3, completionTokens: 2)
    }

    @Test func anAnswerIsInTheFileAtOnce() throws {
        let folder = try TestFolder(), model = RecordingModel(upper)
        #expect(model.text(.user("not recorded")) == "NOT RECORDED")
        try model.record(to: folder.file("run.rec"))
        #expect(model.path == folder.file("run.rec"))
        #expect(model.text(.user("a")) == "A")
        #expect(try RecordingFile.read(folder.file("run.rec")).exchanges.map(\.answer.text) == ["A"])
        #expect(model.text(.user("b", temperature: 0.5)) == "B")
        #expect(try RecordingFile.read(folder.file("run.rec")).exchanges.map(\.request) == [.user("a"), .user("b", temperature: 0.5)])
        try model.record(to: nil)
        #expect(model.path == nil)
        _ = model.text(.user("c"))
        #expect(try RecordingFile.read(folder.file("run.rec")).exchanges.count == 2)
    }

    /// Answers four requests, of which the second fails and comes after the third, and says when something has come.
    private final class OutOfOrder: LanguageModel {
        let came: @Sendable (Int) -> Void
        init(_ came: @escaping @Sendable (Int) -> Void) { self.came = came }
        func complete(_ requests: [ModelRequest], progress: (Int, ModelProgress) -> Void) -> [Result<ModelAnswer, ModelError>] {
            let results: [Result<ModelAnswer, ModelError>] = requests.enumerated().map { number, request in
                number == 1
                    ? .failure(ModelError(.refused, "no"))
                    : .success(ModelAnswer(text: request.messages[0].content.uppercased(), origin: .live))
            }
            for (step, number) in [0, 2, 1, 3].enumerated() where results.indices.contains(number) {
                progress(number, .finished(results[number]))
                came(step)
            }
            return results
        }
        func cancel() {}
        func facts(for name: String?) -> ModelFacts? { nil }
        func isFree(_ request: ModelRequest) -> Bool { false }
    }

    @Test func eachAnswerStandsInTheFileAsSoonAsThoseBeforeItAreThere() throws {
        let folder = try TestFolder(), path = folder.file("run.rec"), seen = Mutex<[[String]]>([])
        let model = RecordingModel(
            OutOfOrder { _ in
                let texts = (try? RecordingFile.read(path))?.exchanges.map(\.answer.text) ?? []
                seen.withLock { $0.append(texts) }
            })
        try model.record(to: path)
        _ = model.complete([.user("a"), .user("b"), .user("c"), .user("d")]) { _, _ in }
        #expect(seen.withLock { $0 } == [["A"], ["A"], ["A", "C"], ["A", "C", "D"]])
        #expect(try RecordingFile.read(path).exchanges.map(\.answer.text) == ["A", "C", "D"])
    }

    @Test func failuresAreNotRecorded() throws {
        let folder = try TestFolder()
        let model = RecordingModel(
            ScriptedModel { request, _, _ in
                request.messages[0].content == "bad"
                    ? .failure(ModelError(.refused, "no")) : .success(ModelAnswer(text: "x", origin: .live))
            })
        try model.record(to: folder.file("run.rec"))
        let results = model.complete([.user("bad"), .user("good")]) { _, _ in }
        #expect(results.map { (try? $0.get()) != nil } == [false, true])
        #expect(try RecordingFile.read(folder.file("run.rec")).exchanges.map(\.request) == [.user("good")])
    }

    @Test func aRecordingIsContinued() throws {
        let folder = try TestFolder(), path = folder.file("run.rec")
        for text in ["a", "b"] {
            let model = RecordingModel(upper)
            try model.record(to: path)
            _ = model.text(.user(text))
        }
        #expect(try RecordingFile.read(path).exchanges.map(\.answer.text) == ["A", "B"])
        #expect(folder.text("run.rec").components(separatedBy: RecordingFormat.firstLine).count == 2)
    }

    @Test func aCutOffEntryIsKeptAndDoesNotCount() throws {
        let folder = try TestFolder()
        let whole = RecordingFormat.firstLine + "\n\n" + RecordingFormat.text(.user("a"), ModelAnswer(text: "A", origin: .live))
        let second = RecordingFormat.text(.user("b"), ModelAnswer(text: "B\u{1}ü", origin: .live))
        let bytes = Array(second.utf8)
        for length in 1..<bytes.count - 1 {
            let path = folder.file("\(length).rec")
            try Data(Array(whole.utf8) + bytes[..<length]).write(to: URL(fileURLWithPath: path))
            let model = RecordingModel(upper)
            try model.record(to: path)
            _ = model.text(.user("c"))
            let answers = try RecordingFile.read(path).exchanges.map(\.answer.text)
            // A file that lacks only the last line's end, or the empty line after it, lacks nothing.
            #expect(answers == (length >= bytes.count - 2 ? ["A", "B\u{1}ü", "C"] : ["A", "C"]), "after \(length) bytes")
        }
    }

    @Test func aFileOfSomethingElseIsLeftAsItIs() throws {
        let folder = try TestFolder(), path = try folder.write("notes.txt", "my notes\n")
        let model = RecordingModel(upper)
        #expect(throws: RecordingError.notARecording(path: path)) { try model.record(to: path) }
        #expect(folder.text("notes.txt") == "my notes\n")
        #expect(throws: RecordingError.file(path: folder.path, reason: "is a directory")) { try model.record(to: folder.path) }
        #expect(throws: RecordingError.file(path: "/dev/null", reason: "it is not a file, and a recording is one")) {
            try model.record(to: "/dev/null")
        }
        #expect(throws: RecordingError.file(path: folder.file("no/run.rec"), reason: "no such file or directory")) {
            try model.record(to: folder.file("no/run.rec"))
        }
        #expect(model.path == nil)
    }

    @Test func anAnswerIsNotLostWithTheFile() throws {
        let folder = try TestFolder(), model = RecordingModel(upper)
        try model.record(to: folder.file("run.rec"))
        try FileManager.default.removeItem(atPath: folder.file("run.rec"))
        #expect(model.text(.user("a")) == "A")
        #expect(model.path == nil)
        #expect(model.problem == .file(path: folder.file("run.rec"), reason: "it was removed while it was written to"))
    }

    @Test func twoCanWriteToOneFile() throws {
        let folder = try TestFolder(), path = folder.file("run.rec"), upper = upper
        DispatchQueue.concurrentPerform(iterations: 8) { number in
            let model = RecordingModel(upper)
            try? model.record(to: path)
            for part in 0..<20 { _ = model.text(.user("\(number) \(part)\n" + String(repeating: "x", count: 5000))) }
        }
        let recording = try RecordingFile.read(path)
        #expect(Set(recording.exchanges.map { $0.request.messages[0].content.prefix { $0 != "\n" } }).count == 160)
        #expect(recording.cutLine == nil)
    }

    @Test func aKeyThatComesBackIsHidden() throws {
        let folder = try TestFolder(), key = Secret("sk-0123456789")
        let model = RecordingModel(
            ScriptedModel {
                ModelAnswer(text: "you sent \($0.messages[0].content) and sk-0123456789", origin: .live, model: "sk-0123456789")
            },
            secrets: { [key] })
        try model.record(to: folder.file("run.rec"))
        #expect(model.text(.user("sk-0123456789!")).contains("sk-0123456789"))
        let text = folder.text("run.rec")
        #expect(!text.contains("sk-0123456789"))
        #expect(text.contains("you sent •••! and •••"))
    }

    @Test func rewindingReachesWhatIsRecorded() {
        RecordingModel(upper).rewind()
        #expect(upper.rewinds == 1)
    }
}
