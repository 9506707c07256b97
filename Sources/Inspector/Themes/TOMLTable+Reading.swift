import TOMLKit

/// A fault in a TOML text, with its place.
package struct TOMLFault: Error {
    package var line: Int
    package var column: Int
    package var message: String
}

extension TOMLTable {
    /// The table of a TOML text.
    package static func read(_ text: String) throws(TOMLFault) -> TOMLTable {
        do {
            return try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw TOMLFault(line: error.source.begin.line, column: error.source.begin.column, message: error.description)
        } catch {
            throw TOMLFault(line: 1, column: 1, message: "\(error)")
        }
    }
}
