import Foundation

/// The way to reach a Python program.
package struct PythonLaunch: Sendable {
    package enum Way: Sendable {
        /// It is started, by the command as it was given.
        case command([String])
        /// It runs already and waits at an address: the path of a socket, or `HOST:PORT`.
        case attach(address: String, token: String)
        /// It was started by a program that is followed, and waits at a connection of its own.
        case child(descriptor: Int32, token: String, process: Int)
    }
    package var way: Way
    /// Its name in the session.
    package var name: String
    package var environment: [String: String]
    /// A file descriptor that the program reads from; nil for nothing.
    package var input: Int32?
    /// Whether its questions to models are held and answered from here. If not, its own models answer them.
    package var holdsQuestions = false
    /// The place where the processes connect that it starts; nil if they are left alone.
    package var children: ChildPrograms?

    package init(_ way: Way, name: String, environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.way = way
        self.name = name
        self.environment = environment
    }

    /// The interpreter for a script: that of the virtual environment that is active, of one beside the script or where one is now, or the
    /// one in `PATH`.
    package static func interpreter(for script: String, environment: [String: String]) -> String {
        let beside = script.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let folders =
            [environment["VIRTUAL_ENV"], environment["CONDA_PREFIX"]].compactMap { $0 } + [
                ".venv", "\(beside.isEmpty ? "." : beside)/.venv",
            ]
        for folder in folders where access("\(folder)/bin/python", X_OK) == 0 { return "\(folder)/bin/python" }
        let path = (environment["PATH"] ?? "").split(separator: ":")
        return path.contains { access("\($0)/python3", X_OK) == 0 } ? "python3" : "python"
    }

    /// The environment in which a program finds the agent.
    ///
    /// - Parameters:
    ///   - agent: the agent's folder.
    ///   - address: the address at which the debugger listens.
    func environment(agent: String, address: String, token: String) -> [String: String] {
        var variables = environment.filter {
            !$0.key.hasPrefix("TRACESCOPE_") || $0.key == "TRACESCOPE_LINES"
        }
        variables["PYTHONPATH"] = ["\(agent)/inject", environment["PYTHONPATH"]].compactMap { $0 }.joined(separator: ":")
        variables["TRACESCOPE_CONNECT"] = address
        variables["TRACESCOPE_TOKEN"] = token
        variables["TRACESCOPE_OUTPUT"] = "events"
        variables["TRACESCOPE_LAUNCHERS"] = "yes"
        variables["TRACESCOPE_CHILDREN"] = children?.address
        variables["PYTHONBREAKPOINT"] = "tracescope.breakpoint"
        variables["PYTHONUNBUFFERED"] = "1"
        return variables
    }
}
