import Debugging
import Trace

extension LuaError: WorkflowError {
    /// The error as the session gives it, with the place in front.
    package var workflowFailure: WorkflowFailure {
        let kind: WorkflowFailure.Kind =
            switch self.kind {
            case .syntax: .syntax
            case .memory, .limit: .limit
            case .aborted: .abandoned
            case .runtime: .runtime
            }
        let site = file.flatMap { file in line.map { Site(file: file, line: $0) } }
        let frames = traceback.filter { !$0.isNative }.map { frame in
            CallFrame(
                function: frame.isMain ? "main" : frame.name ?? "function", site: frame.line.map { Site(file: frame.chunk, line: $0) },
                definition: frame.firstLine)
        }
        var message = message
        if let site, !message.hasPrefix("\(site.file):") { message = "\(site.file):\(site.line): \(message)" }
        return WorkflowFailure(
            kind: kind, message: message, site: site, report: code.map { ErrorReport(code: $0, message: text) }, frames: frames)
    }
}
