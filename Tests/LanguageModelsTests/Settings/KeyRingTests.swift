import TestSupport
import Testing
import Trace

@testable import LanguageModels

@Suite struct KeyRingTests {
    private func profile(_ key: ModelProfile.KeySource) -> ModelProfile {
        ModelProfile(
            name: "fast", url: Sourced("http://a", .option("--model")), model: Sourced("m", .option("--model")),
            api: Sourced(.openAI, .derived("x")), key: Sourced(key, .derived("x")))
    }

    private func error(_ ring: KeyRing, _ key: ModelProfile.KeySource) -> ModelError? {
        do {
            _ = try ring.key(of: profile(key))
            return nil
        } catch {
            return error
        }
    }

    private let environment = ["PATH": "/usr/bin:/bin", "KEY": " sk-12345678\n", "BAD": "sk 1\r\nHost: x"]

    @Test func aVariableIsTheKey() throws {
        let ring = KeyRing(environment: environment)
        #expect(try ring.key(of: profile(.variable("KEY", isRequired: true))) == Secret("sk-12345678"))
        #expect(try ring.key(of: profile(.none)) == nil)
        #expect(try ring.key(of: profile(.variable("NONE", isRequired: false))) == nil)
        #expect(
            error(ring, .variable("NONE", isRequired: true))?.message
                == "the model fast needs a key, and the variable NONE is not set: set it, or name another with key_env")
        let bad = error(ring, .variable("BAD", isRequired: true))
        #expect(bad?.message.contains("the variable BAD holds a space") == true && bad?.message.contains("Host") == false)
    }

    @Test func aCommandIsRunOnceAndItsOutputIsTheKey() throws {
        let folder = try TestFolder(), ring = KeyRing(environment: environment)
        let command = "echo x >> '\(folder.file("runs"))'; echo ' sk-87654321 '"
        #expect(ring.isSet(profile(.command(command))) == nil)
        for _ in 0..<2 { #expect(try ring.key(of: profile(.command(command))) == Secret("sk-87654321")) }
        #expect(folder.text("runs") == "x\n")
        #expect(ring.isSet(profile(.command(command))) == true)
        #expect(
            ring.known([profile(.command(command)), profile(.variable("KEY", isRequired: true))]) == [
                Secret("sk-87654321"), Secret("sk-12345678"),
            ])
    }

    @Test(arguments: [
        ("echo sk-secret; echo sk-secret >&2; exit 3", "ended with status 3"), ("true", "printed nothing"),
        ("echo sk-secret; echo more", "holds a space, a line end"), ("kill -9 $$", "was ended by signal 9"),
        ("no-such-program-here", "ended with status 127"), ("yes sk-secret", "printed more than a key"), ("printf '\\377'", "is not text"),
        ("echo sk-secret; exec sleep 30", "was not done after 0.5 s"), ("exec 1>&-; exec sleep 30", "was not done after 0.5 s"),
        ("cat", "printed nothing"),
    ])
    func aCommandThatFailsIsSaidWithoutWhatItPrinted(_ command: String, _ message: String) {
        // Only what sleeps may run out of patience.
        let ring = KeyRing(environment: environment, patience: command.contains("sleep") ? 0.5 : 60)
        let error = error(ring, .command(command))
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
        #expect(error?.message.contains("secret") == false)
    }

    @Test func rowsNeverHoldTheKey() throws {
        let ring = KeyRing(environment: environment)
        let texts = try [
            profile(.none), profile(.variable("KEY", isRequired: true)), profile(.variable("NONE", isRequired: true)),
            profile(.variable("NONE", isRequired: false)), profile(.command("echo sk-12345678")),
        ].map { try #require($0.rows(ring).first { $0.name == "key" }?.value.text) }
        #expect(
            texts == [
                "none", "from $KEY, set", "from $NONE, not set", "from $NONE, not set and not needed",
                "from key_command, which runs when the key is first needed",
            ])
    }
}
