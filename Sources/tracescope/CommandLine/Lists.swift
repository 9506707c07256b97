import ArgumentParser
import Debugging
import Inspector

/// `tracescope themes`.
struct Themes: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the themes that are built in.")

    func run() { for name in Theme.builtinNames { Output.line(name) } }
}

/// `tracescope keys`.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the commands with their keys.")

    func run() { Output.line(CommandTable.keyText) }
}
