import ArgumentParser
import Debugging
import Inspector

/// `tracescope manual-page`: the manual's page of commands, for those who make the manual.
struct ManualPage: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual-page", abstract: "Print the manual's page of commands.", shouldDisplay: false)

    func run() { Output.write(CommandTable.manualPage(keys: Keymap.standard.commandKeys)) }
}
