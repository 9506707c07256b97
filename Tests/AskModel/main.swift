import Foundation
import LanguageModels
import Trace

// Asks one model one thing, as the program would, with the environment's proxies and certificates:
//
//   ask-model URL [PROMPT] [openai|anthropic] [MODEL]
//
// The key is in ASK_MODEL_KEY. The answer goes to standard output as it comes, its result to standard error.

let words = CommandLine.arguments.dropFirst()
guard let url = words.first else {
    FileHandle.standardError.write(Data("ask-model URL [PROMPT] [openai|anthropic] [MODEL]\n".utf8))
    exit(2)
}
let rest = Array(words.dropFirst())
let api = rest.count > 1 ? ModelEndpoint.API(rawValue: rest[1]) ?? .openAI : .openAI
let key = ProcessInfo.processInfo.environment["ASK_MODEL_KEY"].map { Secret($0) }
var endpoint = ModelEndpoint(
    ModelFacts(name: "model", model: rest.count > 2 ? rest[2] : "model", url: url), api: api, key: key)
endpoint.retries = 1
let client = ChatClient([endpoint], settings: ClientSettings(version: "test"))
let results = client.complete([ModelRequest([ChatMessage(.user, rest.first ?? "Greet.")])]) { _, progress in
    switch progress {
    case .text(let text): FileHandle.standardOutput.write(Data(text.utf8))
    case .retry(let seconds, let reason): FileHandle.standardError.write(Data("again in \(seconds) s: \(reason)\n".utf8))
    case .finished: break
    }
}
switch results[0] {
case .success(let answer):
    FileHandle.standardError.write(Data("\n\(answer)\n".utf8))
case .failure(let error):
    FileHandle.standardError.write(Data("\n\(error.kind.rawValue): \(error.message)\n".utf8))
    exit(1)
}
