/// The fault in the configuration file.
package enum ConfigurationError: Error, Equatable {
    case unreadable(file: String, reason: String)
    case syntax(file: String, line: Int, column: Int, message: String)
    /// Keys that there are not and values that cannot be, one for each.
    case faults(file: String, [ConfigurationFault])
    /// A variable of the environment that cannot be used.
    case variable(String, message: String)
}

/// One mistake in the configuration file.
package struct ConfigurationFault: Equatable, Sendable {
    package var line: Int?
    package var message: String
}

extension ConfigurationError: CustomStringConvertible {
    /// A line for each mistake, with its place in front.
    package var description: String {
        switch self {
        case .unreadable(let file, let reason): "\(file): \(reason)"
        case .syntax(let file, let line, let column, let message): "\(file):\(line):\(column): \(message)"
        case .variable(let name, let message): "$\(name) \(message)"
        case .faults(let file, let faults):
            faults.map { fault in file + (fault.line.map { ":\($0)" } ?? "") + ": " + fault.message }.joined(separator: "\n")
        }
    }
}
