/// The input of a workflow: everything that another run needs for the same result.
package struct Surroundings: Sendable, Equatable {
    /// A file that the workflow asked for, with the result.
    package struct FileReading: Sendable, Equatable {
        package var name: String
        /// Nil if it could not be read.
        package var text: String?
        /// The reason of the failure.
        package var problem: String

        package init(name: String, text: String?, problem: String = "") {
            self.name = name
            self.text = text
            self.problem = problem
        }
    }
    /// The workflow's file, and its text.
    package var name: String
    package var text: String
    package var arguments: [String]
    /// The seed of `math.random`.
    package var seed: Int
    /// In bytes.
    package var memoryLimit: Int
    package var nodeLimit: Int
    /// The readings of the clocks, in seconds.
    package var calendar = Readings()
    package var processor = Readings()
    /// The files that were asked for, in order.
    package var files: [FileReading] = []

    package init(name: String, text: String, arguments: [String] = [], seed: Int = 0, memoryLimit: Int, nodeLimit: Int) {
        self.name = name
        self.text = text
        self.arguments = arguments
        self.seed = seed
        self.memoryLimit = memoryLimit
        self.nodeLimit = nodeLimit
    }
}

/// Successive clock readings, run-length encoded.
package struct Readings: Sendable, Equatable {
    package struct Repeats: Sendable, Equatable {
        package var value: Double
        package var count: Int

        package init(value: Double, count: Int) {
            self.value = value
            self.count = count
        }
    }
    package private(set) var runs: [Repeats] = []
    package private(set) var count = 0

    package init() {}

    package mutating func append(_ value: Double, count more: Int = 1) {
        count += more
        if let last = runs.last, last.value == value {
            runs[runs.count - 1].count += more
        } else {
            runs.append(Repeats(value: value, count: more))
        }
    }
}

/// Returns readings one after the other.
package struct ReadingsPlayer: Sendable {
    private let readings: Readings
    private var run = 0
    private var used = 0

    package init(_ readings: Readings) { self.readings = readings }

    package mutating func next() -> Double? {
        guard run < readings.runs.count else { return nil }
        let value = readings.runs[run].value
        used += 1
        if used == readings.runs[run].count {
            run += 1
            used = 0
        }
        return value
    }
}
