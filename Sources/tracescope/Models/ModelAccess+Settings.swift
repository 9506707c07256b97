import Debugging
import Foundation
import LanguageModels
import TerminalScreen
import Trace

extension RecordingModel: ExchangeRecorder {}

extension BudgetedModel: BudgetKeeper {
    package var spentTokens: Int { spent.tokens }
    package var spentDollars: Double { spent.dollars }
}

/// The source of answers to a session's requests, with the parts that the program itself reads.
struct ModelSetup: Sendable {
    var access: ModelAccess
    /// The recorder; nil if there is nothing to record.
    var recorder: RecordingModel?
    /// Warnings for the user before the session begins.
    var warnings: [String] = []
}

/// The reason why no model could be set up.
struct ModelSetupError: Error, CustomStringConvertible {
    var description: String
}

extension ModelSetup {
    /// Makes the source of answers: a recording, or else the configured models, within the budget; and records the exchanges.
    ///
    /// - Parameters:
    ///   - record: the file to record to.
    ///   - replay: the recording to answer from. The network is then not used, whatever is set.
    ///   - live: the policy where none is set.
    ///   - makeClient: makes what asks one model.
    /// - Throws: `SettingsError`, `RecordingError` or `ModelSetupError`.
    init(
        _ settings: Settings, record: String?, replay: String?, live: LivePolicy, environment: [String: String],
        makeClient: @escaping @Sendable (ModelEndpoint) -> any LanguageModel
    ) throws {
        let catalog = try settings.catalog(environment), keys = KeyRing(environment: environment)
        access = ModelAccess(live: settings.live.value ?? live)
        var model: (any LanguageModel)?
        if let replay {
            if let record, Self.isSameFile(record, replay) {
                throw ModelSetupError(description: "--record and --replay name the same file: record to another one")
            }
            let recording = try RecordingFile.read(replay)
            if let line = recording.cutLine {
                warnings.append("\(replay):\(line): this exchange is cut off by the end of the file and is not used")
            }
            model = ReplayModel(recording) { (try? catalog.profile(named: $0))?.facts }
        } else if catalog.session != nil || !catalog.profiles.isEmpty {
            let configured = ConfiguredModel(catalog, keys: keys, makeClient: makeClient)
            // Also where nothing is bounded yet: a budget may be set at any time, and counts the past spending.
            let budgeted = BudgetedModel(configured, budget: settings.budget.value ?? Budget()) { configured.filled($0) }
            access.budget = budgeted
            model = budgeted
        }
        if let model {
            let recording = RecordingModel(model) { keys.known(catalog.profiles) }
            access.model = recording
            access.recorder = recording
            recorder = recording
        }
        if let record {
            guard let recorder else {
                throw ModelSetupError(
                    description:
                        "--record: there is no model whose answers could be recorded: name one with --model, as http://localhost:8080/v1")
            }
            try recorder.record(to: record)
        }
    }

    private static func isSameFile(_ a: String, _ b: String) -> Bool {
        var first = stat(), second = stat()
        guard stat(a, &first) == 0, stat(b, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }
}
