import Foundation

/// Makes links of the places in source that a text names, for terminals that open them (OSC 8).
package struct Links: Sendable {
    /// The folder in which files named without a path are searched: that of the opened file.
    private let folder: String
    private let host: String
    /// The full path of each name that was looked for; nil for anything but a file.
    private var known: [String: String?] = [:]

    package init(folder: String, host: String = ProcessInfo.processInfo.hostName) {
        self.folder = folder
        self.host = host
    }

    /// Whether links are of use on a descriptor: only a terminal that knows more than text has a use for them.
    package static func areWanted(on descriptor: Int32, _ environment: [String: String] = ProcessInfo.processInfo.environment) -> Bool {
        isatty(descriptor) == 1 && !["", "dumb", "linux", "vt100"].contains(environment["TERM"] ?? "")
    }

    /// The text with a link around each `FILE:LINE` whose file is there.
    package mutating func linked(_ text: String) -> String {
        guard text.contains(":") else { return text }
        var out = "", word = ""
        for character in text {
            if character.isWhitespace || "()[],;'\"".contains(character) {
                out += linked(word: word)
                word = ""
                out.append(character)
            } else {
                word.append(character)
            }
        }
        return out + linked(word: word)
    }

    private mutating func linked(word: String) -> String {
        let place = word.last == ":" ? Substring(word).dropLast() : Substring(word)
        guard let colon = place.lastIndex(of: ":"), let line = Int(place[place.index(after: colon)...]), line > 0,
            let path = path(of: String(place[..<colon]))
        else { return word }
        let address = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
        return "\u{1B}]8;;file://\(host)\(address)#\(line)\u{1B}\\\(place)\u{1B}]8;;\u{1B}\\" + word[place.endIndex...]
    }

    private mutating func path(of name: String) -> String? {
        if let path = known[name] { return path }
        let tries = name.hasPrefix("/") ? [name] : [folder + "/" + name, name]
        var isFolder: ObjCBool = false
        let found = tries.first { FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue }
        let path = found.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        known[name] = path
        return path
    }
}
