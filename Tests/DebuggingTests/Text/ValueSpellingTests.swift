import Debugging
import Testing
import Trace

/// Values as a Python program shows them, wherever they are on a line.
struct ValueSpellingTests {
    private static let list = Value.list([.bool(true), .none, .string("a'b")])

    @Test(
        arguments: [
            (list, nil, "[True, None, \"a'b\"]"), (list, "tuple", "(True, None, \"a'b\")"), (.list([.int(1)]), "tuple", "(1,)"),
            (.bool(false), nil, "False"), (.dict([.string("k"): .bool(true)]), nil, "{'k': True}"),
        ] as [(Value, String?, String)])
    func aPythonValueLooksLikePython(_ value: Value, _ type: String?, _ text: String) throws {
        #expect(value.short(80, .python(type: type)) == text)
        #expect(value.literal(.python(type: type)) == text)
        // It can be typed as it is shown.
        #expect(try Value(literal: text) == value || type == "tuple")
    }

    @Test func aCutValueKeepsItsDifferenceInItsSpelling() {
        let lead = String(repeating: "word ", count: 20)
        let (old, new) = (Value.string(lead + "one"), Value.string(lead + "two"))
        #expect(new.short(24, against: old, .python()).hasSuffix("two'"))
        #expect(new.short(24, against: old).hasSuffix("two\""))
        let (first, second) = (
            Value.list(Array(repeating: .bool(true), count: 40)), Value.list(Array(repeating: .bool(true), count: 39) + [.none])
        )
        #expect(second.short(24, against: first, .python()).contains("None"))
        #expect(first.short(24, against: second, .python()).contains("True"))
    }

    @Test func numbersBesideEachOtherAreShort() {
        let (old, new) = Value.brief(.list([.bool(true)]), .float(1.23456), 24) { _ in .python() }
        #expect((old, new) == ("[True]", "1.235"))
    }

    @Test func theChangeOfANodeIsInItsLanguage() throws {
        let engine = Engine()
        engine.language = .python
        let node = try engine.node(.bool(true))
        #expect(engine.record.change(node, from: .bool(true), to: .none, 40) == "True → None")
        #expect(engine.record.change(node, from: .none, to: .none, 40) == nil)
        #expect(engine.record.text(node, .string("as it is")) == "as it is")
        #expect(engine.record.short(.bool(false), 20) == "False")
        engine.language = .lua
        #expect(engine.record.change(node, from: .bool(true), to: .none, 40) == "true → None")
    }
}
