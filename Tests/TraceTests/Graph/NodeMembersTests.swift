import TestSupport
import Testing

@testable import Trace

/// Members as bits are the set of the same nodes.
@Suite struct NodeMembersTests {
    private func record(_ count: Int) throws -> GraphRecord {
        let engine = Engine()
        for _ in 0..<count { _ = try engine.node(0, NodeOptions(name: "x")) }
        return engine.record
    }

    @Test(arguments: 1...30) func membersAreASet(seed: Int) throws {
        var random = Seeded(seed: seed)
        let record = try record(random.number(1...400))
        let groups = (0..<random.number(1...4)).map { _ in
            Set((0..<random.number(0...300)).map { _ in NodeID(random.number(0...record.nodeCount - 1)) })
        }
        let members = groups.map { NodeMembers(Array($0), in: record) }
        for (group, members) in zip(groups, members) {
            #expect(members.count == group.count && members.isEmpty == group.isEmpty)
            for index in 0...record.nodeCount + 70 { #expect(members.contains(NodeID(index)) == group.contains(NodeID(index))) }
            for most in [0, 1, 63, 64, 65, 1000] { #expect(members.suffix(most) == group.sorted().suffix(most)) }
        }
        let (all, common) = NodeMembers.union(members)
        #expect(all.suffix(.max) == groups.reduce(Set()) { $0.union($1) }.sorted())
        #expect(common.suffix(.max) == groups.dropFirst().reduce(groups[0]) { $0.intersection($1) }.sorted())
    }

    @Test func noGroupsHaveNoMembers() throws {
        let (all, common) = NodeMembers.union([])
        #expect(all.isEmpty && common.isEmpty && !all.contains(NodeID(0)))
        let record = try record(3), some = NodeMembers([NodeID(2)], in: record)
        #expect(NodeMembers.union([NodeMembers(), some]).all.suffix(5) == [NodeID(2)])
        #expect(NodeMembers.union([some, NodeMembers()]).common.isEmpty)
    }
}
