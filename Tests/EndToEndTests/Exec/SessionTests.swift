import Foundation
import TestSupport
import Testing

/// Sessions in files, by the program itself.
@Suite struct SessionTests {
    private static let workflow = """
        local p = trace.parameter(0, { name = "p" })
        local tuner = trace.optimizer(function() return { [p] = p.data + 1 } end, { p }, { name = "tuner" })
        for round = 1, 1000000 do
          tuner:zero_feedback()
          tuner:backward(p + round, "round " .. round)
          tuner:step()
          print(round)
        end
        """

    /// A program that is killed in the middle of a run leaves a session that holds all that it had shown.
    @Test func aSessionThatHasEndedIsOneFile() throws {
        let folder = try TestFolder()
        let file = try folder.write("w.lua", Self.workflow)
        let run = try tracescope("exec", file, "--session", "s.tracescope", "-c", "in", in: folder)
        #expect(run.status == 0)
        #expect(folder.names.filter { $0.hasPrefix("s.tracescope") } == ["s.tracescope"])
    }

    @Test func aKilledSessionIsThere() throws {
        let folder = try TestFolder()
        let file = try folder.write("w.lua", Self.workflow)
        let process = try PlainProcess([Program.path, "exec", file, "--session", "s.tracescope", "-c", "continue"], in: folder)
        #expect(wait(60) { process.output.split(separator: "\n").count > 20 })
        process.signal(SIGKILL)
        let run = try process.wait()
        #expect(run.status == 128 + SIGKILL)
        // The last line may have been cut off.
        let shown = run.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().compactMap { Int($0) }.last ?? 0
        #expect(shown >= 20)
        let opened = try tracescope(
            "exec", "s.tracescope", "--format", "json", "-c", "where", "-c", "events 1..20000000", "-c", "history p", "-c", "goto 30", "-c",
            "nodes", in: folder)
        #expect(opened.status == 0, "\(opened.errors)")
        let objects = try opened.objects()
        let place = try #require(objects[0]["result"] as? [String: Any])
        #expect(place["state"] as? String == "paused")
        #expect(place["reason"] as? String == "the recording ends here")
        let events = try #require((objects[1]["result"] as? [String: Any])?["events"] as? [[String: Any]])
        let rounds = events.filter { $0["kind"] as? String == "output" }.compactMap { ($0["text"] as? String).flatMap(Int.init) }
        #expect(rounds == Array(1...rounds.count))
        #expect(rounds.count >= shown, "\(rounds.count) rounds are kept, and \(shown) were shown")
        // It runs on from where it was cut off.
        let forked = try tracescope(
            "exec", "s.tracescope", "--format", "json", "-c", "goto 40", "-c", "fork", "-c", "set p 500", "-c", "continue step", "-c",
            "history p", "-c", "branches", in: folder)
        #expect(forked.status == 0, "\(forked.errors)")
        let branches = try #require((try forked.objects().last?["result"] as? [String: Any])?["branches"] as? [[String: Any]])
        #expect(branches.map { $0["name"] as? String } == ["main", "fork-1"])
        #expect(forked.output.contains("501"))
    }

    @Test func aSessionIsSavedAndOpened() throws {
        let folder = try TestFolder()
        try folder.write("m.lua", "return 3")
        let file = try folder.write(
            "w.lua", "local p = trace.parameter(require('m'), { name = 'p' })\nlocal y = p + math.random(100)\nprint(y.data, trace.args[1])"
        )
        let first = try tracescope("exec", file, "--seed", "5", "-c", "continue", "-c", "save s.tracescope", "--", "one", in: folder)
        #expect(first.status == 0, "\(first.errors)")
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.removeItem(atPath: folder.path + "/m.lua")
        let second = try tracescope("exec", "s.tracescope", "-c", "restart", "-c", "continue", in: folder)
        #expect(second.status == 0, "\(second.errors)")
        #expect(second.errors.hasSuffix("\tone\n") && second.errors == first.errors)
    }

    @Test func aFileThatCannotBeOpenedSaysSo() throws {
        let folder = try TestFolder()
        let text = try folder.write("text.tracescope", "hello")
        let run = try tracescope("exec", text, "-c", "where", in: folder)
        #expect(run.status == 3)
        #expect(run.errors == "tracescope: \(text): it is not a Tracescope session, and is left as it is\n")
        let file = try folder.write("w.lua", "print(1)")
        for (path, reason) in [
            ("text.tracescope", "the file exists already: remove it first, or choose another name"),
            ("no/folder/s.tracescope", "no such file or directory"),
        ] {
            let run = try tracescope("exec", file, "--session", path, "-c", "continue", in: folder)
            #expect(run.status == 2)
            #expect(run.errors == "tracescope: \(path): \(reason)\n")
        }
        #expect(folder.text("text.tracescope") == "hello")
    }

    /// A file that may not grow is like a full disk: it is said, and the rest goes on.
    @Test func aFileThatMayNotGrow() throws {
        let folder = try TestFolder()
        try folder.write("w.lua", "print('done')")
        let saved = try shell("ulimit -f 16; \"$TRACESCOPE\" exec w.lua -c continue -c 'save s.tracescope' -c where", in: folder)
        #expect(saved.status == 1, "\(saved.output) \(saved.errors)")
        #expect(saved.errors.contains("s.tracescope"))
        #expect(folder.names.filter { !$0.hasPrefix(".") || $0.contains("new") } == ["w.lua"])
        let kept = try shell("ulimit -f 16; \"$TRACESCOPE\" exec w.lua --session s.tracescope -c continue", in: folder)
        #expect(kept.status == 2, "\(kept.status)")
        #expect(kept.errors.hasPrefix("tracescope: ") && kept.errors.contains("s.tracescope: "), "\(kept.errors)")
    }
}
