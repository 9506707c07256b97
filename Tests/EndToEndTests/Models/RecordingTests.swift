import Foundation
import TestSupport
import Testing

/// `--model`, `--record`, `--replay`, `--live` and `--budget` as a user of the shell sees them.
@Suite struct RecordingTests {
    private let folder: TestFolder
    private let server: ModelServer
    /// Two steps of an optimizer whose prompts differ.
    private let file: String

    init() throws {
        folder = try TestFolder()
        server = try ModelServer()
        file = try folder.write("a.lua", Self.workflow)
    }

    private static let workflow = """
        local style = trace.parameter("short", { name = "style" })
        local double = trace.bundle("double", {}, function(s) return s .. s end)
        local tuner = trace.optimizer("OptoPrime", { style }, { name = "tuner" })
        for i = 1, 2 do
            local y = double(style)
            tuner:zero_feedback()
            tuner:backward(y, "longer please")
            tuner:step()
            print(style.data)
        end
        """

    private func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Run {
        try PlainProcess([Program.path] + arguments, in: folder, environment: environment).wait()
    }

    private func recorded() throws {
        let run = try run("exec", file, "--model", server.url, "--live", "always", "--record", "run.rec", "-c", "continue")
        try #require(run.status == 0, "\(run.errors)")
    }

    @Test func aRecordingIsReplayedWithoutAServer() throws {
        defer { server.stop() }
        try recorded()
        #expect(server.authorizations.count == 2)
        let run = try run(
            "exec", file, "--replay", "run.rec", "-c", "continue", "-c", "ledger", "-c", "restart", "-c", "continue", "--format", "json")
        #expect(run.status == 0)
        #expect(run.errors == "text 1\ntext 2\ntext 1\ntext 2\n")
        let total = try #require((try run.objects()[1]["result"] as? [String: Any])?["total"] as? [String: Any])
        #expect(total["replays"] as? Int == 2 && total["cost"] as? Double == 0)
        #expect(server.authorizations.count == 2)
        #expect(try self.run("check", file, "--replay", "run.rec").status == 0)
    }

    @Test func aWorkflowThatChangedIsToldWhatChanged() throws {
        defer { server.stop() }
        try recorded()
        let changed = try folder.write("b.lua", Self.workflow.replacingOccurrences(of: "longer please", with: "shorter please"))
        let run = try run("exec", changed, "--replay", "run.rec", "-c", "continue")
        #expect(run.status == 3)
        #expect(run.errors.contains("this request is not in run.rec; the nearest recorded one, at line 3, differs"))
        #expect(run.errors.contains("  - longer please\n  + shorter please\n"))
    }

    @Test func aRecordingCanBeMadeOfAReplay() throws {
        defer { server.stop() }
        try recorded()
        #expect(try run("exec", file, "--replay", "run.rec", "--record", "again.rec", "-c", "continue").status == 0)
        #expect(try run("exec", file, "--replay", "again.rec", "-c", "continue").status == 0)
        #expect(folder.text("again.rec").components(separatedBy: "=== exchange").count == 3)
    }

    @Test func aStepByHandLeavesItsAnswerForTheWorkflow() throws {
        defer { server.stop() }
        try recorded()
        let hand = ["exec", file, "--replay", "run.rec", "-c", "until 8", "-c", "step tuner", "-c", "print style"]
        let run = try PlainProcess([Program.path] + hand + ["-c", "undo", "-c", "continue"], in: folder).wait()
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("this does not replace the workflow's own next step of tuner"))
        #expect(run.output.contains("text 1") && run.errors == "text 1\ntext 2\n", "\(run.errors)")
        // Twice is the same as once.
        let again = ["-c", "undo", "-c", "step tuner", "-c", "undo", "-c", "continue"]
        let twice = try PlainProcess([Program.path] + hand + again, in: folder).wait()
        #expect(twice.status == 0 && twice.errors == "text 1\ntext 2\n", "\(twice.errors)")
        #expect(server.authorizations.count == 2)
    }

    @Test func aCommandBeginsAndEndsARecording() throws {
        defer { server.stop() }
        let run = try run(
            "exec", file, "--model", server.url, "--live", "always", "-c", "record mine.rec", "-c", "continue", "-c", "record off")
        #expect(run.status == 0)
        #expect(run.lines.contains("every exchange is recorded to mine.rec"))
        #expect(folder.text("mine.rec").components(separatedBy: "=== end\n").count == 3)
    }

    @Test func aKeyIsSentAndNeverShownOrWritten() throws {
        defer { server.stop() }
        let key = "sk-0123456789abcdef"
        let environment = ["TRACESCOPE_API_KEY": key, "TRACESCOPE_MODEL": server.url + "#test"]
        let exec = try run(
            "exec", file, "--live", "always", "--record", "run.rec", "-c", "continue", "-c", "live", environment: environment)
        #expect(exec.status == 0)
        #expect(server.authorizations == ["Bearer " + key, "Bearer " + key])
        let config = try run("config", environment: environment)
        #expect(config.output.contains("from $TRACESCOPE_API_KEY, set"))
        let json = try run("config", "--format", "json", environment: environment)
        let stopped = try run(
            "exec", file, "--live", "always", "--budget", "10 tokens", "-c", "continue", environment: environment)
        #expect(stopped.status == 3 && stopped.errors.contains("the budget would be exceeded: 0 of 10 tokens are spent"))
        server.stop()
        let failed = try run("exec", file, "--live", "always", "--time-limit", "3", "-c", "continue", environment: environment)
        #expect(failed.status == 3)
        for text in [
            folder.text("run.rec"), exec.output, exec.errors, config.output, json.output, stopped.errors, failed.output, failed.errors,
        ] {
            #expect(!text.contains(key))
            #expect(!text.isEmpty || text == exec.errors || text == failed.output)
        }
        #expect(folder.text("run.rec").contains("Bearer •••"))
    }

    @Test func uselessArgumentsAreWrongUsage() throws {
        defer { server.stop() }
        try folder.write("notes.txt", "my notes\n")
        try folder.write("bad.rec", "tracescope recording 1\n=== exchange\ncolor: red\n=== end\n")
        func errors(_ arguments: String..., environment: [String: String] = [:]) throws -> String {
            let run = try PlainProcess(
                [Program.path, "exec", file] + arguments + ["-c", "continue"], in: folder, environment: environment
            ).wait()
            #expect(run.status == 2)
            #expect(run.output == "")
            return run.errors
        }
        #expect(try errors("--replay", "none.rec") == "tracescope: none.rec: no such file or directory\n")
        #expect(try errors("--replay", "notes.txt").contains("notes.txt is not a recording"))
        #expect(try errors("--replay", "bad.rec") == "tracescope: bad.rec:3: a request has no 'color'\n")
        #expect(try errors("--model", server.url, "--record", "notes.txt").contains("it was left as it is"))
        #expect(folder.text("notes.txt") == "my notes\n")
        #expect(try errors("--record", "new.rec").contains("there is no model whose answers could be recorded"))
        #expect(try errors("--model", "llama").contains("'llama' is not known"))
        #expect(try errors("--budget", "200").contains("does not say whether it is tokens or money"))
        #expect(try errors("--live", "sometimes").contains("'never', 'ask' or 'always'"))
        #expect(try errors(environment: ["TRACESCOPE_LIVE": "yes"]).contains("$TRACESCOPE_LIVE must be never, ask or always"))
        #expect(try errors(environment: ["TRACESCOPE_BUDGET": "2"]).contains("$TRACESCOPE_BUDGET must be a budget"))
        #expect(!folder.names.contains("new.rec"))
    }

    @Test func nothingIsAskedUnlessItIsAllowed() throws {
        defer { server.stop() }
        let home = folder.path + "/config/tracescope"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let text = "live = \"always\"\nmodel = \"mine\"\n[models.mine]\nurl = \"\(server.url)\"\n"
        let environment = ["XDG_CONFIG_HOME": folder.path + "/config"]
        #expect(try run("exec", file, "--model", server.url, "-c", "continue").status == 3)
        try text.write(toFile: home + "/config.toml", atomically: true, encoding: .utf8)
        // A check does not depend on a server because a configuration says so.
        #expect(try run("check", file, environment: environment).status == 3)
        #expect(server.authorizations.isEmpty)
        #expect(try run("exec", file, "-c", "continue", environment: environment).status == 0)
        #expect(server.authorizations.count == 2)
        #expect(try run("exec", file, "--live", "never", "-c", "continue", environment: environment).status == 3)
        #expect(server.authorizations.count == 2)
    }

    @Test func everythingThatIsSetOfAModelIsListed() throws {
        defer { server.stop() }
        let home = folder.path + "/config/tracescope"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let path = home + "/config.toml"
        try """
        model = "fast"
        budget = "$2, 200k tokens"
        [models.fast]
        url = "http://localhost:8080/v1"
        key_env = "MINE"
        prompt_price = 0.5
        completion_price = 1
        """.write(toFile: path, atomically: true, encoding: .utf8)
        let environment = ["XDG_CONFIG_HOME": folder.path + "/config"]
        let lines = try run("config", environment: environment).lines.map { $0.split(separator: " ").joined(separator: " ") }
        #expect(lines.contains("models.fast.url http://localhost:8080/v1 \(path):4"))
        #expect(lines.contains("models.fast.key from $MINE, not set \(path):5"))
        #expect(lines.contains("models.fast.prompt_price 0.5 \(path):6"))
        #expect(lines.contains("models.fast.api openai by the address"))
        #expect(lines.contains("budget 200000 tokens, $2.00 \(path):2"))
        #expect(lines.contains("the session's model: fast"))
        let object = try #require(try run("config", "--format", "json", environment: environment).objects().first)
        let model = try #require((object["models"] as? [[String: Any]])?.first)
        #expect(model["name"] as? String == "fast" && model["session"] as? Bool == true)
        try "[models.fast]\nkey = \"sk-0123456789\"\n".write(toFile: path, atomically: true, encoding: .utf8)
        let refused = try run("config", environment: environment)
        #expect(refused.status == 2)
        #expect(
            refused.errors.contains("\(path):2: models.fast: a key does not belong in this file") && !refused.errors.contains("sk-01"))
    }
}
