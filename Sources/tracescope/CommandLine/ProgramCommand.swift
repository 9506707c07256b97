import Foundation
import PythonPrograms
import Trace

/// A Python program as the command that starts it.
struct ProgramCommand: Sendable, Equatable {
    /// The name of the program.
    let name: String
    private let words: [String]
    /// The script by which the interpreter is found; nil where the command names the interpreter.
    private let script: String?

    private init(name: String, words: [String], script: String?) {
        (self.name, self.words, self.script) = (name, words, script)
    }

    /// A script and its arguments.
    init(script: String, _ arguments: [String]) {
        self.init(name: Folder.split(script).name, words: [script] + arguments, script: script)
    }

    /// A module and its arguments.
    init(module: String, _ arguments: [String]) {
        self.init(name: module, words: ["-m", module] + arguments, script: "")
    }

    /// A `.py` file, `-m` and a module, or any command that starts Python; nil where there is none.
    init?(_ words: [String]) {
        guard let first = words.first else { return nil }
        if first == "-m" {
            guard words.count > 1 else { return nil }
            self.init(module: words[1], Array(words.dropFirst(2)))
        } else if first.hasSuffix(".py") {
            self.init(script: first, Array(words.dropFirst()))
        } else {
            self.init(name: Folder.split(first).name, words: words, script: nil)
        }
    }

    /// The launch of the program in an environment.
    func launch(_ environment: [String: String]) -> PythonLaunch {
        let interpreter = script.map { [PythonLaunch.interpreter(for: $0, environment: environment)] } ?? []
        return PythonLaunch(.command(interpreter + words), name: name, environment: environment)
    }
}

/// The standard input of a program that is started from here.
enum ProgramInput {
    private static let beginning = lseek(STDIN_FILENO, 0, SEEK_CUR)

    /// This program's own, where its keys and commands do not come from there. A restart reads a file again from where it began.
    static var descriptor: Int32? {
        // A program that reads from a terminal would be stopped, since it is not in its foreground.
        guard isatty(STDIN_FILENO) == 0 else { return nil }
        if beginning >= 0 { lseek(STDIN_FILENO, beginning, SEEK_SET) }
        return STDIN_FILENO
    }
}

extension Tracescope {
    /// The arguments with a `--` after `-m MODULE`: the rest is the module's own, as it is for Python.
    static func withModule(_ words: [String]) -> [String] {
        guard words.first != "run", let sign = words.firstIndex(where: { $0 == "-m" || $0 == "--module" }), sign + 2 < words.count,
            sign == 0 || !["-c", "--command"].contains(words[sign - 1]), !words[..<sign].contains("--"), words[sign + 2] != "--"
        else { return words }
        return words[...(sign + 1)] + ["--"] + words[(sign + 2)...]
    }

    /// Advice on an option of the program that was taken for one of ours.
    static func advice(on message: String, _ words: [String]) -> String {
        guard message.contains("Unknown option"), let script = words.first(where: { $0.hasSuffix(".py") }), !words.contains("--") else {
            return message
        }
        return message + "\nArguments of the program go after '--': \(script) -- …"
    }
}
