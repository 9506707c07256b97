import Debugging
import Foundation
import Trace

/// The workflow's view of the outside world: clocks, and the files beside it. All readings are kept, and can be repeated.
struct World {
    /// All readings so far.
    private(set) var past: Surroundings
    private(set) var replays: Bool
    let keepsFiles: Bool
    private let folder: String
    /// All files that are read are saved with the session: limits of their number, of the bytes of one, and of all bytes. The first and the last
    /// hold for those that are written, too.
    private static let mostFiles = 10_000, longest = 16 << 20, mostBytes = 256 << 20
    private var bytes = 0
    /// The sizes of the files that the workflow wrote, by name.
    private var written: [String: Int] = [:]
    private var writtenBytes = 0
    private let recorded: [Surroundings.FileReading]
    private var calendar: ReadingsPlayer
    private var processor: ReadingsPlayer

    init(_ surroundings: Surroundings, folder: String, replays: Bool, keepsFiles: Bool) {
        past = surroundings
        past.calendar = Readings()
        past.processor = Readings()
        past.files = []
        self.folder = folder
        self.replays = replays
        self.keepsFiles = keepsFiles
        recorded = surroundings.files
        calendar = ReadingsPlayer(surroundings.calendar)
        processor = ReadingsPlayer(surroundings.processor)
    }

    mutating func goLive() { replays = false }

    /// The reading of a clock: whole seconds of the day, milliseconds of the processor.
    ///
    /// - Parameter keeps: whether the workflow asks, and not a debugger that only looks.
    mutating func time(of clock: LuaClock, keeps: Bool) -> Double {
        let recorded: Double? =
            switch (keeps && replays, clock) {
            case (true, .calendar): calendar.next()
            case (true, .processor): processor.next()
            case (false, _): nil
            }
        let time = recorded ?? Self.now(clock)
        if keeps {
            switch clock {
            case .calendar: past.calendar.append(time)
            case .processor: past.processor.append(time)
            }
        }
        return time
    }

    private static func now(_ clock: LuaClock) -> Double {
        switch clock {
        case .calendar: Date().timeIntervalSince1970.rounded(.down)
        case .processor: (Double(Foundation.clock()) * 1000 / Double(CLOCKS_PER_SEC)).rounded(.down) / 1000
        }
    }

    /// The text of a file beside the workflow.
    mutating func text(of name: String) throws(FileProblem) -> String {
        guard past.files.count < Self.mostFiles else {
            throw FileProblem(reason: "the workflow has read \(Self.mostFiles) files, which is the limit")
        }
        let reading = reading(of: name)
        past.files.append(reading)
        bytes += reading.text?.utf8.count ?? 0
        guard let text = reading.text else { throw FileProblem(reason: reading.problem) }
        return text
    }

    /// Counts a file that is about to be written, or refuses it: a loop must not fill a disk.
    mutating func writes(_ name: String, bytes: Int) throws(FileProblem) {
        guard written[name] != nil || written.count < Self.mostFiles else {
            throw FileProblem(reason: "the workflow has written \(Self.mostFiles) files, which is the limit")
        }
        let all = writtenBytes - written[name, default: 0] + bytes
        guard all <= Self.mostBytes else {
            throw FileProblem(
                reason: "the files that the workflow wrote would have more than \(Self.mostBytes >> 20) MiB, which is the limit")
        }
        (written[name], writtenBytes) = (bytes, all)
    }

    /// Whether there is a file of this name beside the workflow, which is not read.
    func has(_ name: String) -> Bool {
        recorded.contains { $0.name == name && $0.text != nil }
            || !keepsFiles && FileManager.default.isReadableFile(atPath: "\(folder)/\(name)")
    }

    private func reading(of name: String) -> Surroundings.FileReading {
        if replays, past.files.count < recorded.count, recorded[past.files.count].name == name { return recorded[past.files.count] }
        if keepsFiles, let known = recorded.last(where: { $0.name == name }) { return known }
        do throws(FileProblem) {
            return Surroundings.FileReading(
                name: name,
                text: try readText("\(folder)/\(name)", most: max(0, min(Self.longest, Self.mostBytes - bytes)), onlyFiles: true))
        } catch {
            return Surroundings.FileReading(name: name, text: nil, problem: error.reason)
        }
    }
}
