import Testing
import Trace

@testable import Inspector

/// Going back to the nodes and events that one looked at.
@Suite struct PlacesTests {
    private func name(_ inspection: Inspection) -> String? { inspection.context.selected?.name }

    @Test func oneGoesBackAndForward() throws {
        let inspection = try Inspection(keys: "c / 'a:' Enter / 'mul' Enter [ [")
        let events = inspection.screen.snapshot?.events ?? 0
        #expect(inspection.screen.snapshot?.cursor == events - 2)
        try inspection.press("C-o C-o")
        #expect(inspection.screen.snapshot?.cursor == nil && name(inspection) == "multiply:0")
        try inspection.press("C-o")
        #expect(name(inspection) == "a:0")
        try inspection.press("M-o")
        #expect(name(inspection) == "multiply:0")
        try inspection.press("M-o M-o")
        #expect(inspection.screen.snapshot?.cursor == events - 2)
        try inspection.press("M-o")
        #expect(inspection.message?.text == "there is no place after this one")
    }

    /// The places ahead are dropped as soon as the user goes elsewhere.
    @Test func anotherWayBeginsWhereOneIs() throws {
        let inspection = try Inspection(keys: "c / 'a:' Enter / 'mul' Enter C-o / 'b:' Enter M-o")
        #expect(name(inspection) == "b:0" && inspection.message?.text == "there is no place after this one")
        try inspection.press("C-o")
        #expect(name(inspection) == "a:0")
    }

    @Test func walkingIsOnePlace() throws {
        let inspection = try Inspection(keys: "c / 'a:' Enter 2 Down Down C-o")
        #expect(name(inspection) == "a:0")
    }

    @Test func aPlaceIsChosenFromTheList() throws {
        let inspection = try Inspection(keys: "c / 'a:' Enter / 'mul' Enter '")
        try inspection.take("'")
        #expect(inspection.form == "place-list" && inspection.text.contains("multiply:0"))
        try inspection.press("Up Enter")
        #expect(name(inspection) == "a:0" && inspection.form == nil)
        try inspection.take("'")
        try inspection.click("the present  multiply:0", times: 2)
        #expect(name(inspection) == "multiply:0")
    }

    @Test func anotherRunBeginsWithNone() throws {
        let inspection = try Inspection(keys: "c / 'a:' Enter / 'mul' Enter R C-o")
        #expect(inspection.message?.text == "there is no place before this one")
    }

    @Test(arguments: 0..<20) func noWayLeadsOutOfTheList(seed: Int) {
        var places = Places(), random = UInt64(seed) &* 7919 &+ 3
        for _ in 0..<300 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let number = Int(random >> 33)
            if number % 3 == 0 { _ = places.go(to: number / 3 % 120 - 10) }
            let place = Places.Place(
                node: NodeID(number % 7), moment: number % 5 == 0 ? nil : number % 4, focus: "graph", isStep: number % 2 == 0)
            places.note(place, isSettled: number % 4 == 0)
            #expect(places.list.indices.contains(places.at) && places.list.count <= 100)
        }
    }
}

extension Inspection {
    /// Presses one key of a character.
    fileprivate func take(_ character: Character) throws { take(.key(.character(character))) }
}
