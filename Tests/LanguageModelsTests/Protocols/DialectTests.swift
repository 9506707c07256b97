import Foundation
import Testing
import Trace

@testable import LanguageModels

@Suite struct DialectTests {
    /// The models that servers claim to be, and their names in recordings and on the screen.
    @Test(arguments: [
        ("served", "served"), ("meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B"), ("/home/ann/models/small-Q4.gguf", "small-Q4.gguf"),
        ("C:\\models\\small-Q4.gguf", "small-Q4.gguf"), ("D:/models/small.gguf", "small.gguf"), ("llama3:8b", "llama3:8b"), ("/", "/"),
    ])
    func aModelThatIsAFileIsCalledByItsNameAlone(_ said: String, _ name: String) throws {
        let choice: JSON = ["message": ["content": "Hello."], "finish_reason": "stop"]
        var answer = PartialAnswer()
        try OpenAIDialect().read(["model": .string(said), "choices": .array([choice])], into: &answer)
        #expect(answer.model == name)
    }
}
