import Foundation
import Trace

/// A file with a text that nobody else may read, for an editor. It goes with this value.
package struct TemporaryFile {
    package let path: String
    private let folder: TemporaryFolder

    /// - Throws: `FileProblem`.
    package init(_ text: String, fileExtension: String) throws(FileProblem) {
        let place = TemporaryFolder.usualPlace(ProcessInfo.processInfo.environment)
        do throws(FileProblem) {
            folder = try TemporaryFolder(in: place)
            path = "\(folder.path)/tracescope.\(fileExtension)"
            try writeText(text + "\n", to: path)
        } catch {
            throw FileProblem(reason: "\(place): \(error.reason)")
        }
    }
}
