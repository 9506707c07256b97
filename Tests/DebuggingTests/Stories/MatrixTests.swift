import Debugging
import TestSupport
import Testing
import Trace

@Suite struct MatrixTests {
    private static let workflow = """
        local p = trace.parameter(2, { name = "p" })
        local q = trace.parameter(1, { name = "q" })
        local alone = trace.parameter(1, { name = "alone" })
        local rule = function(optimizer)
          local values = {}
          for _, parameter in ipairs(optimizer:summary().variables) do values[parameter] = parameter.data + 1 end
          return values
        end
        local one = trace.optimizer(rule, { p }, { name = "one" })
        local two = trace.optimizer(rule, { p, q }, { name = "two" })
        local out = p * 10
        one:backward(out, "larger", { retain_graph = true })
        one:step()
        print("used")
        two:backward(out, "smaller", { retain_graph = true })
        print("in conflict")
        """

    private static func matrix(_ debugger: Debugger) throws -> (matrix: AttentionMatrix, record: GraphRecord) {
        let snapshot = try #require(debugger.host.snapshot)
        let matrix = AttentionMatrix(snapshot.state, snapshot.record, findings: snapshot.problems.findings) {
            (try? snapshot.state.subgraph($0, in: snapshot.record)) == nil
        }
        return (matrix, snapshot.record)
    }

    @Test func cellsTellWhoWroteAndWhetherItIsUsed() throws {
        let debugger = try Debugger(Self.workflow)
        try debugger.run("until 14")
        let (matrix, record) = try Self.matrix(debugger), one = OptimizerID(0), two = OptimizerID(1)
        let p = try #require(record.node(named: "p:0")), q = try #require(record.node(named: "q:0"))
        #expect(matrix.cell(p, one) == AttentionMatrix.AttentionCell(count: 1, writers: [one], isInConflict: false, isUsed: true))
        #expect(matrix.cell(p, two) == AttentionMatrix.AttentionCell(count: 1, writers: [one], isInConflict: false, isUsed: false))
        #expect(matrix.cell(q, one) == nil)
        #expect(matrix.cell(q, two)?.count == 0)
        #expect(matrix.meaning(p) == .used([one]))
        #expect(matrix.readiness(two) == .yes)
        #expect(matrix.meaning(try #require(record.node(named: "alone:0"))) == .unattended)
    }

    @Test func conflictsLeadTheirOrder() throws {
        let debugger = try Debugger(Self.workflow)
        try debugger.run("until 16")
        var (matrix, record) = try Self.matrix(debugger)
        #expect(matrix.conflicts == [OptimizerID(0), OptimizerID(1)])
        #expect(matrix.rows.map { record.name($0) } == ["p:0", "q:0", "alone:0"])
        matrix.sort(by: .conflict)
        #expect(record.name(matrix.rows[0]) == "p:0")
        matrix.sort(by: .shared)
        #expect(matrix.rows.map { record.name($0) } == ["p:0", "q:0", "alone:0"])
        #expect(try debugger.run("matrix conflict").contains("p:0        2 !      2 !      conflict for one, two"))
        #expect(try debugger.run("matrix").hasSuffix("can step   no       no"))
        let json = try debugger.json("matrix")
        #expect(json["can_step"] as? [String: String] == ["one": "no", "two": "no"])
        #expect(try debugger.error("matrix odd").code == "bad-value")
    }

    @Test func candidatesOfSeveralOptimizersStandSideBySide() throws {
        let debugger = try Debugger(
            """
            local p = trace.parameter(2, { name = "p" })
            local several = trace.optimizer("OptoPrimeMulti", { p }, { name = "several", candidates = 2 })
            local rule = trace.optimizer(function() return { [p] = 9 } end, { p }, { name = "rule" })
            several:backward(p * 10, "larger", { retain_graph = true })
            print("ready")
            """, access: ModelAccess(model: ScriptedModel([.answer("{\"p0\": 3}"), .answer("{\"p0\": 4}")]), live: .always))
        try debugger.run("until 5", "propose rule", "update rule", "propose several", "propose rule")
        let snapshot = try #require(debugger.host.snapshot), record = snapshot.record
        let list = CandidateList(of: try #require(record.node(named: "p:0")), snapshot.state, record)
        let items = list.items.map {
            "\(record.optimizers[$0.optimizer.index].name) \($0.candidate ?? 0) \($0.value?.text ?? "-") \($0.stands)"
        }
        #expect(list.now == .int(9))
        #expect(items == ["rule 0 9 true", "several 1 3 true", "several 2 4 true", "rule 0 9 false"])
        #expect(list.items.last?.word == "applied")
        #expect(try debugger.run("candidates p").contains("several step 1 candidate 1  3"))
    }
}
