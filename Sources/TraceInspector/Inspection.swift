import Debugging
import Foundation
import Inspector
import SessionStore
import Synchronization
import TerminalScreen
import Trace

/// The inspector on a graph of this program: the host around the graph, the session beside the program, and the screen, which has a thread of its
/// own. All of it belongs to the program's thread, except the members that say otherwise.
final class Inspection: EngineHost {
    private let graph: WeakGraph
    private let runtime: SwiftRuntime
    private let session: SessionHost
    private let screen: ScreenThread
    private let interruption: Interruption
    private let output: OutputCapture
    /// The host that was around the graph.
    private var before: (any EngineHost)?
    private var outputTaken = ContinuousClock.now
    private var isTakingOutput = false
    private let thread = pthread_self()
    /// Number of events when the inspector was opened.
    private let begun: Int

    /// The graph is not kept: it keeps this.
    private struct WeakGraph {
        weak var graph: Graph?
    }

    // MARK: Whether there is one

    // There is one terminal. Read and written by the thread that inspects, and at the end of the process.
    nonisolated(unsafe) private static var current: Inspection?
    private static let hasSaid = Atomic(false)

    static func current(of engine: Engine) -> Inspection? { current.flatMap { $0.runtime.engine === engine ? $0 : nil } }

    /// The reason why the inspector is not opened in this process; nil if it can be.
    static func reasonToStayClosed(_ environment: [String: String]) -> String? {
        if environment["TRACESCOPE"] == "off" { return "TRACESCOPE is off" }
        return isatty(STDOUT_FILENO) == 1 ? nil : "standard output is not a terminal"
    }

    /// Reports once why there is no inspector.
    static func say(_ reason: String) {
        guard !hasSaid.exchange(true, ordering: .relaxed) else { return }
        FileHandle.standardError.write(Data("tracescope: the inspector stays closed, because \(reason)\n".utf8))
    }

    // MARK: Beginning

    init(of graph: Graph, stoppingOn kinds: [EventKind], from place: Site, at path: String) throws(InspectionError) {
        guard Self.current == nil else { throw .occupied }
        let look = try Appearance()
        do throws(FileProblem) {
            output = try OutputCapture()
        } catch {
            throw .terminal("the output of the program cannot be captured: \(error.reason)")
        }
        let interruption = Interruption(), name = String(place.file.prefix { $0 != "/" })
        let runtime = SwiftRuntime(
            graph.engine, name: name, files: SourceFinder(opened: (place.file, path)), interruption: interruption)
        runtime.use(file: place.file)
        self.graph = WeakGraph(graph: graph)
        begun = graph.engine.record.log.count
        (self.runtime, self.interruption) = (runtime, interruption)
        var options = SessionOptions(
            interactive: true, drawer: { [theme = look.theme] in GraphPicture($0, theme: theme).svg }, keeper: { FileKeeper() },
            onChange: Terminal.wake)
        for kind in kinds { options.breakpoints.add(.event(kind, subject: nil)) }
        // Made here, and used by the session's thread only while this one waits.
        nonisolated(unsafe) let shared = runtime
        session = SessionHost(options) { () throws(WorkflowFailure) in shared }
        Terminal.prepareProcess()
        screen = ScreenThread(session, title: name, look, output)
        session.start()
        runtime.waitUntilBegun()
        do throws(TerminalError) {
            try screen.start()
        } catch {
            runtime.abandon()
            session.close()
            runtime.end()
            Terminal.releaseProcess()
            throw .terminal("\(error)")
        }
        before = graph.surround(with: self) { [runtime] in runtime.use(file: $0) }
        Self.current = self
        Self.watchEnd
    }

    /// Registered after the terminal was opened, and so called before it is closed at the end of the process.
    private static let watchEnd: Void = { atexit { Inspection.atEnd() } }()

    // MARK: Requests of the graph

    var answerer: (any Answerer)? { runtime.pilot }
    func modelFacts(_ name: String?) -> ModelFacts? { before?.modelFacts(name) ?? runtime.pilot?.modelFacts(name) }
    var currentSite: Site? { before?.currentSite }
    var currentStack: [StackFrame] { before?.currentStack ?? [] }

    func engineRests(after news: Range<Int>) {
        before?.engineRests(after: news)
        // Earlier events are not a reason to pause.
        let events = max(news.lowerBound, begun)..<max(news.upperBound, begun)
        guard let pilot = runtime.pilot, !runtime.isAbandoned else { return }
        takeOutput(after: events)
        pilot.engineRests(after: events)
        if interruption.take(), !runtime.isAbandoned { _ = pilot.interrupted(at: runtime.engine.currentSite()) }
        if runtime.isAbandoned, !isTakingOutput { leave() }
    }

    func use(file: String) { runtime.use(file: file) }

    /// Pauses the program until the user lets it go on.
    func pause(_ label: String?, at site: Site) {
        takeOutput()
        _ = runtime.pilot?.breakpoint(label, at: site)
        if runtime.isAbandoned { leave() }
    }

    /// The longest time that output may wait while nothing but nodes is made.
    private static let patience = Duration.milliseconds(20)

    private func takeOutput(after events: Range<Int>) {
        let record = runtime.engine.record
        let isQuiet = events.allSatisfy { if case .node = record.log[$0].event { true } else { false } }
        if isQuiet, .now - outputTaken < Self.patience { return }
        takeOutput()
    }

    /// Makes events of the program's printed lines.
    private func takeOutput() {
        guard !isTakingOutput else { return }
        isTakingOutput = true
        defer { isTakingOutput = false }
        outputTaken = .now
        for line in output.takeLines() { runtime.engine.printed(line.text, to: line.stream) }
    }

    // MARK: Ending

    /// Lets the program go on without the inspector.
    private func leave() {
        guard Self.current === self else { return }
        Self.current = nil
        _ = graph.graph?.surround(with: before, newFile: nil)
        runtime.pilot = nil
        runtime.end()
        session.close()
        screen.waitForEnd()
        Terminal.releaseProcess()
    }

    /// The program ends: its graph can be looked at until the user quits.
    private static func atEnd() {
        guard let inspection = current else { return }
        guard pthread_equal(pthread_self(), inspection.thread) != 0 else {
            // The thread that has the graph may be in the middle of something.
            inspection.session.close()
            return inspection.screen.waitForEnd()
        }
        inspection.takeOutput()
        current = nil
        inspection.runtime.end()
        inspection.screen.waitForEnd()
    }
}
