import Debugging
import Foundation
import Inspector
import Synchronization
import TerminalScreen

/// The appearance and the keys of the screen: the user's configuration.
struct Appearance: Sendable {
    let theme: Theme
    /// For a light terminal, where no theme was chosen.
    let light: Theme?
    let isASCII: Bool
    let hasColors: Bool
    let keymap: Keymap

    init() throws(InspectionError) {
        let settings: Settings
        do throws(ConfigurationError) {
            settings = try Settings.load()
        } catch {
            throw .configuration("\(error)")
        }
        do throws(ThemeError) {
            theme = try ThemeFiles.load(settings.theme.value)
        } catch {
            throw .configuration("\(settings.theme.origin.text): \(error)")
        }
        light = settings.lightTheme
        isASCII = settings.ascii.value
        hasColors = !settings.noColor.value
        keymap = settings.keymap
    }
}

/// The thread of the screen, beside the program's.
final class ScreenThread: Sendable {
    private let session: SessionHost
    private let title: String
    private let look: Appearance
    private let output: OutputCapture
    private let failure = Mutex<TerminalError?>(nil)
    private let opened = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    init(_ session: SessionHost, title: String, _ look: Appearance, _ output: OutputCapture) {
        self.session = session
        self.title = title
        self.look = look
        self.output = output
    }

    /// Takes the terminal over.
    ///
    /// - Throws: when it cannot be used; then the thread is at its end.
    func start() throws(TerminalError) {
        let thread = Thread { [self] in run() }
        thread.name = "screen"
        thread.stackSize = 16 << 20
        thread.start()
        opened.wait()
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    /// Waits until the terminal is free again.
    func waitForEnd() {
        ended.wait()
        // Somebody else may ask.
        ended.signal()
    }

    private func run() {
        defer {
            opened.signal()
            ended.signal()
        }
        do throws(TerminalError) {
            let status = try runInspector(
                sessions: SessionGroup(session, name: title), theme: look.theme, light: look.light, ascii: look.isASCII,
                colors: look.hasColors ? .rgb : .none,
                keymap: look.keymap,
                device: "/dev/tty", log: output.log
            ) { [self] in
                output.begin()
                opened.signal()
            } closed: { [output] in
                output.end()
            }
            // A signal that ends the program had to wait until everything was in order.
            if status > 128 { Terminal.end(by: status - 128) }
        } catch {
            failure.withLock { $0 = error }
        }
    }
}
