import Debugging

/// All keys of the inspector, for lists outside it: those of the commands, and those of the view.
package enum KeyList {
    package struct Entry: Sendable, Equatable {
        package var section: String
        package var keys: [String]
        /// The command that the key does, or nil for one that only changes the view.
        package var command: String?
        package var summary: String
    }

    package static let all: [Entry] = {
        let commands = CommandSpec.Group.allCases.flatMap { group in
            CommandTable.all.filter { $0.group == group }.compactMap { spec in
                spec.key.map { Entry(section: group.rawValue, keys: [$0], command: spec.name, summary: spec.summary) }
            }
        }
        let views = KeyScope.allCases.flatMap { scope in
            ViewKeys.all.filter { $0.scope == scope }.map {
                Entry(section: scope.rawValue, keys: $0.keys, command: nil, summary: $0.summary)
            }
        }
        return commands + views
    }()
}
