import Debugging
import Foundation
import Testing
import Trace
import Workflows

@testable import Inspector

/// A session on a workflow with a screen on it: keys go in as from a keyboard, and what they cause is done before the next one.
final class Inspection {
    static let workflow = """
        local a = trace.parameter(1.5, { name = "a" })
        local b = trace.parameter(2, { name = "b" })
        local function rule(optimizer)
          local values = {}
          for _, parameter in ipairs(optimizer:summary().variables) do
            values[parameter] = parameter.data + 1
          end
          return values
        end
        local first = trace.optimizer(rule, { a }, { name = "first" })
        local both = trace.optimizer(rule, { a, b }, { name = "both" })
        local sum = a + b
        local out = sum * 2
        print("done", out.data)
        """

    let host: SessionHost
    var screen: Screen
    /// Effects that are not commands, in their order, and the commands.
    private(set) var effects: [Effect] = []
    private(set) var commands: [String] = []

    init(
        _ text: String = Inspection.workflow, keys: String = "", size: Size = Size(width: 120, height: 36), glyphs: Glyphs = .unicode,
        introduction: Introduction? = nil, keymap: Keymap = .standard, theme: Theme? = nil, themes: [Theme] = [],
        access: ModelAccess = ModelAccess(), readOnly: Bool = false, programs: [ProgramEntry] = [],
        keeper: (@Sendable () -> (any SessionKeeper)?)? = nil
    ) throws {
        host = SessionHost(SessionOptions(interactive: true, access: access, readOnly: readOnly, keeper: keeper ?? { nil })) {
            () throws(WorkflowFailure) in
            try LuaRuntime(name: "small.lua", text: text, folder: ".", arguments: [])
        }
        host.start()
        host.waitUntilLoaded()
        let theme = try theme ?? #require(Theme.builtin("dark"))
        screen = Screen(fileName: "small.lua", theme: theme, glyphs: glyphs, keymap: keymap, themes: themes)
        screen.introduce(introduction)
        if !programs.isEmpty { screen.update(programs, at: 0) }
        self.size = size
        refresh()
        try press(keys)
    }

    /// A screen on a session of another kind than a workflow in Lua.
    init(runtime: @escaping @Sendable () throws(WorkflowFailure) -> any Runtime) throws {
        host = SessionHost(SessionOptions(interactive: true), makeRuntime: runtime)
        host.start()
        host.waitUntilLoaded()
        screen = Screen(fileName: "other", theme: try #require(Theme.builtin("dark")))
        size = Size(width: 120, height: 36)
        refresh()
    }

    deinit { host.close() }

    var size: Size

    /// Waits until the session is as it is wanted, and shows it.
    func wait(until isWanted: (Snapshot) -> Bool) throws {
        for _ in 0..<5000 {
            screen.update(host.activity)
            if let snapshot = host.snapshot, isWanted(snapshot) {
                perform(screen.update(snapshot))
                _ = screen.draw(size: size)
                return
            }
            usleep(2000)
        }
        Issue.record("what was waited for did not come")
    }

    private func refresh() {
        // A snapshot follows the reply to its command; this one comes after it.
        _ = host.perform("where")
        let effects = host.snapshot.map { screen.update($0) } ?? []
        _ = screen.draw(size: size)
        perform(effects)
    }

    /// Presses keys by their names, separated by spaces; text in single quotes is typed.
    func press(_ keys: String) throws {
        for (index, part) in keys.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
            if index % 2 == 1 {
                for character in part { take(.key(.character(character))) }
                continue
            }
            for name in part.split(separator: " ") { take(.key(try #require(Key(String(name)), "\(name)"))) }
        }
    }

    func take(_ event: TerminalEvent) {
        perform(screen.handle(event))
        _ = screen.draw(size: size)
    }

    /// The reason why a command is not executed, by its name; nil executes it.
    var refusal: (String) -> String? = { _ in nil }

    private func reply(to request: Request) -> Reply {
        let line: String
        switch request.order {
        case .line(let text): line = text
        case .invocation(let call): line = call.command
        }
        guard let word = (try? Debugging.CommandLine(line))?.words.first?.text, let spec = try? CommandTable.command(named: word),
            let reason = refusal(spec.name)
        else { return host.perform(request.order, number: request.number) }
        return Reply(number: request.number, line: line, result: .failure(ErrorReport(code: "refused", message: reason)))
    }

    func perform(_ new: [Effect]) {
        for effect in new {
            guard case .command(let request) = effect else {
                effects.append(effect)
                continue
            }
            let reply = reply(to: request)
            commands.append(reply.line)
            let more = screen.replied(reply)
            refresh()
            perform(more)
        }
    }

    var text: String { screen.draw(size: size).text() }
    var lines: [String] { text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    var footer: String { lines.last ?? "" }
    /// The text of the line above the footer.
    var said: String { message?.text ?? "" }

    /// The content of a pane, inside its border.
    func pane(_ pane: ViewID) -> String {
        let frame = screen.draw(size: size)
        guard let rect = screen.tiles.tiles.first(where: { $0.tabs.contains(pane) })?.rect else { return "" }
        var inner = Frame(size: rect.inset().size)
        inner.draw(frame, from: rect.inset().origin, into: inner.bounds)
        return inner.text().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            .reversed().drop { $0.isEmpty }.reversed().joined(separator: "\n")
    }
}

extension Inspection {
    /// The visible part of the inside of the screen.
    var context: ViewContext { screen.context }
    /// The form or box that takes the keys.
    var form: ViewID? { screen.views.overlays.ids.last { $0 != "notice" } }
    var notice: Notice? { screen.views.overlays["notice"] as? Notice }
    var message: Message? { context.message.flatMap { $0.text.isEmpty ? nil : $0 } }
    var events: EventsPane { screen.views["events"] as? EventsPane ?? EventsPane() }
    var graph: GraphPane { screen.views["graph"] as? GraphPane ?? GraphPane() }
    var introduction: Introduction? { screen.views["introduction"] as? Introduction }
    var selection: NodeID? { context.selection }

    /// Clicks at a place with the left button.
    func click(_ x: Int, _ y: Int, times: Int = 1) {
        for _ in 0..<times {
            take(.mouse(MouseEvent(.press, at: Point(x: x, y: y))))
            take(.mouse(MouseEvent(.release, at: Point(x: x, y: y))))
        }
    }

    /// Clicks at the beginning of a text on the screen, the last one if it is there more than once.
    func click(_ text: String, times: Int = 1) throws {
        let place = lines.enumerated().reversed().lazy.compactMap { y, line in
            line.range(of: text, options: .backwards).map { Point(x: String(line[..<$0.lowerBound]).displayWidth, y: y) }
        }.first
        let point = try #require(place, "\(text)")
        click(point.x, point.y, times: times)
    }
}

extension ViewID {
    static let source: ViewID = "source"
    static let graph: ViewID = "graph"
    static let optimizers: ViewID = "optimizers"
    static let node: ViewID = "node"
    static let events: ViewID = "events"
}

extension LineEditor {
    /// Presses keys by their names, parted by spaces.
    mutating func press(_ keys: String) {
        for key in keys.split(separator: " ").compactMap({ Key(String($0)) }) {
            _ = Keymap.standard.action(for: key, in: [.shared(.forms)]).map { handle(.action($0)) } ?? handle(.key(key))
        }
    }
}

typealias Frame = Inspector.Frame
