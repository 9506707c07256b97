import ArgumentParser

/// `tracescope [FILE]`: the inspector.
struct Open: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Open the inspector on a workflow, or on the built-in demonstration.")

    @Argument(help: ArgumentHelp("The workflow; without one, the built-in demonstration.", valueName: "file")) var file: String?
    @OptionGroup var show: ShowOptions
    @OptionGroup var workflow: WorkflowOptions
}
