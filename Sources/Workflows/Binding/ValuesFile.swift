import Debugging
import Trace

/// The files that `trace.save` writes: a JSON object of the values of parameters, by name, which begins with a mark.
enum ValuesFile {
    /// The mark of a file that may be overwritten. No parameter has such a name.
    private static let mark = "$values"

    /// The text of a file with values.
    static func text(_ values: [(name: String, value: Value)]) -> String {
        JSON.object([JSON.Member(mark, .int(1))] + values.map { JSON.Member($0.name, JSON($0.value)) }).line + "\n"
    }

    /// Writes such a text to a file in a folder, or in a folder inside it.
    ///
    /// - Parameter name: parts between slashes, none of which is a link.
    static func write(_ text: String, to name: String, in folder: String) throws(FileProblem) {
        var parts = name.split(separator: "/").map(String.init)
        guard let last = parts.popLast() else { throw FileProblem(reason: "it is not the name of a file") }
        var inner = try Folder(folder)
        for part in parts { inner = try inner.folder(part) }
        guard try mayReplace(last, in: inner) else {
            throw FileProblem(reason: "it exists already, and trace.save did not write it: remove it first, or choose another name")
        }
        let file = try NewFile(last, in: inner)
        try file.write(text)
        try file.finish()
    }

    private static func mayReplace(_ name: String, in folder: Folder) throws(FileProblem) -> Bool {
        guard let status = try folder.status(name) else { return true }
        guard status.isRegular else { return false }
        return try folder.beginning(of: name, bytes: 64).starts(with: Array("{\"\(mark)\":".utf8))
    }
}
