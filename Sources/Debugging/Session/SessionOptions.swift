import Trace

/// Everything about a session that does not depend on what it opens.
package struct SessionOptions: Sendable {
    /// Whether somebody sits at a screen: a step that needs an answer then waits for one.
    package var isInteractive: Bool
    /// The breakpoints that exist from the start.
    package var breakpoints = Breakpoints()
    /// The access to language models.
    package var access: ModelAccess
    /// Whether a recording answers from its first exchange again when a run begins. Processes of one program share it.
    package var rewindsModel = true
    /// Whether commands that change the graph are refused.
    package var isReadOnly: Bool
    /// Draws pictures of the graph, for `export svg`.
    package var drawer: GraphDrawer?
    /// Makes the object that saves sessions. Called on the session's thread.
    package var makeKeeper: @Sendable () -> (any SessionKeeper)?
    /// Called on the session's thread when there is a new snapshot, or the session has ended.
    package var onChange: @Sendable () -> Void

    package init(
        interactive: Bool, access: ModelAccess = ModelAccess(), readOnly: Bool = false, drawer: GraphDrawer? = nil,
        keeper: @escaping @Sendable () -> (any SessionKeeper)? = { nil }, onChange: @escaping @Sendable () -> Void = {}
    ) {
        isInteractive = interactive
        self.access = access
        isReadOnly = readOnly
        self.drawer = drawer
        makeKeeper = keeper
        self.onChange = onChange
    }
}
