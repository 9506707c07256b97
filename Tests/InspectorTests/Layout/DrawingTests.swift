import Testing

@testable import Inspector

@Suite struct LayoutDrawings {
    /// A chain is a straight line.
    @Test func chain() {
        #expect(
            Sketch("a > b > c").drawing == """
                ╭──╮
                │a │
                ╰─┬╯
                  │
                ╭──╮
                │b │
                ╰─┬╯
                  │
                ╭──╮
                │c │
                ╰──╯
                """)
    }

    /// Children stand around the middle of their parent, and a child below the middle of its parents.
    @Test func diamond() {
        #expect(
            Sketch("a > b c; b > d; c > d").drawing == """
                   ╭──╮
                   │a │
                   ╰─┬╯
                  ┌──┴──┐
                ╭──╮  ╭──╮
                │b │  │c │
                ╰─┬╯  ╰─┬╯
                  └─┐┌──┘
                   ╭──╮
                   │d │
                   ╰──╯
                """)
    }

    /// One trunk serves every use.
    @Test func sharedParameter() {
        #expect(
            Sketch("p! > a; a > b > c > d; p > b; p > c; p > d").drawing == """
                ╭──╮
                │p │
                ╰┬─╯
                 ├───┐
                 │ ╭──╮
                 │ │a │
                 │ ╰─┬╯
                 ├──┐│
                 │ ╭──╮
                 │ │b │
                 │ ╰─┬╯
                 ├──┐│
                 │ ╭──╮
                 │ │c │
                 │ ╰─┬╯
                 └──┐│
                   ╭──╮
                   │d │
                   ╰──╯
                """)
    }

    @Test func fanOut() {
        #expect(
            Sketch("root > a b c d e f").drawing == """
                              ╭────╮
                              │root│
                              ╰──┬─╯
                  ┌─────┬─────┬──┴──┬─────┬─────┐
                ╭──╮  ╭──╮  ╭──╮  ╭──╮  ╭──╮  ╭──╮
                │a │  │b │  │c │  │d │  │e │  │f │
                ╰──╯  ╰──╯  ╰──╯  ╰──╯  ╰──╯  ╰──╯
                """)
    }

    /// A long edge passes beside the boxes.
    @Test func longEdge() {
        #expect(
            Sketch("a > b > c > d; a > d").drawing == """
                ╭──╮
                │a │
                ╰─┬╯
                  ├───┐
                  │ ╭──╮
                  │ │b │
                  │ ╰─┬╯
                  │   │
                  │ ╭──╮
                  │ │c │
                  │ ╰─┬╯
                  └──┐│
                    ╭──╮
                    │d │
                    ╰──╯
                """)
    }

    @Test func twoRoots() {
        #expect(
            Sketch("a > c; b > c").drawing == """
                ╭──╮  ╭──╮
                │a │  │b │
                ╰─┬╯  ╰─┬╯
                  └─┐┌──┘
                   ╭──╮
                   │c │
                   ╰──╯
                """)
    }

    @Test func removableCrossing() {
        #expect(
            Sketch("a b; c d; a > d; b > c").drawing == """
                ╭──╮  ╭──╮
                │a │  │b │
                ╰─┬╯  ╰─┬╯
                  │     │
                ╭──╮  ╭──╮
                │d │  │c │
                ╰──╯  ╰──╯
                """)
    }

    /// A constant comes down to the layer above its use.
    @Test func constantBesideItsUse() {
        #expect(
            Sketch("a > b > c > d; one > d").drawing == """
                ╭──╮
                │a │
                ╰─┬╯
                  │
                ╭──╮
                │b │
                ╰─┬╯
                  │
                ╭──╮  ╭───╮
                │c │  │one│
                ╰─┬╯  ╰─┬─╯
                 ┌┘     │
                 │┌─────┘
                ╭──╮
                │d │
                ╰──╯
                """)
    }

    @Test func disconnected() {
        #expect(
            Sketch("a > b; c > d > e").drawing == """
                ╭──╮  ╭──╮
                │a │  │c │
                ╰─┬╯  ╰─┬╯
                  │     │
                ╭──╮  ╭──╮
                │b │  │d │
                ╰──╯  ╰─┬╯
                        │
                      ╭──╮
                      │e │
                      ╰──╯
                """)
    }

    /// Two edges that cannot but cross.
    @Test func exchangedTrunks() {
        #expect(
            Sketch("a > c; a > d; b > c; b > d; b > e").drawing == """
                ╭──╮  ╭──╮
                │a │  │b │
                ╰─┬╯  ╰─┬╯
                 ┌┴────┐│
                 │┌────│┼─────┐
                ╭──╮  ╭──╮  ╭──╮
                │c │  │d │  │e │
                ╰──╯  ╰──╯  ╰──╯
                """)
    }

    /// Each parent has its own place on the border as long as there is room.
    @Test func manyParentsOfOneBox() {
        #expect(
            Sketch("aa bb cc dd; aa > sum_of_all; bb > sum_of_all; cc > sum_of_all; dd > sum_of_all").drawing == """
                ╭──╮  ╭──╮  ╭──╮  ╭──╮
                │aa│  │bb│  │cc│  │dd│
                ╰─┬╯  ╰─┬╯  ╰─┬╯  ╰─┬╯
                  └────┐│     │┌────┘
                     ╭──────────╮
                     │sum_of_all│
                     ╰──────────╯
                """)
    }

    /// Trunks stand side by side on the left, results below one another, constants beside their use; two agents fit in 80 columns.
    @Test func agentWorkflow() {
        let workflow = Sketch.workflow(agents: 2, iterations: 2)
        #expect(
            workflow.drawing == """
                ╭ agent1_p1:0 ◆ ╮  ╭ agent1_p2:0 ◆ ╮                ╭ data:0 ╮
                │ 1.1           │  │ 1.2           │                │ 10     │
                ╰┬──────────────╯  ╰┬──────────────╯                ╰────┬───╯
                 ├──────────────────│─────────────────────────────────┐  │
                 │                  │                             ╭ multiply:0 ╮
                 │                  │                             │ 10.0       │
                 │                  │                             ╰──────┬─────╯
                 │                  ├──────────────────────────────────┐ │
                 │                  │                                ╭ add:0 ╮  ╭ int:0 ╮
                 │                  │                                │ 11.2  │  │ 1     │
                 │                  │                                ╰───┬───╯  ╰───┬───╯
                 │                  │                                    │ ┌────────┘
                 │                  │ ╭ agent2_p1:0 ◆ ╮              ╭ add:1 ╮
                 │                  │ │ 2.1           │              │ 12.2  │
                 │                  │ ╰┬──────────────╯              ╰───┬───╯
                 │                  │  ├──────────────────────────────┐  │
                 │                  │  │ ╭ agent2_p2:0 ◆ ╮        ╭ multiply:1 ╮
                 │                  │  │ │ 2.2           │        │ 10.0       │
                 │                  │  │ ╰┬──────────────╯        ╰──────┬─────╯
                 │                  │  │  ├────────────────────────────┐ │
                 │                  │  │  │                          ╭ add:2 ╮  ╭ int:1 ╮
                 │                  │  │  │                          │ 11.2  │  │ 1     │
                 │                  │  │  │                          ╰───┬───╯  ╰───┬───╯
                 │                  │  │  │                              │ ┌────────┘
                 │                  │  │  │ ╭ shared_function:0 ◆ ╮  ╭ add:3 ╮
                 │                  │  │  │ │ def combine(a, b)…  │  │ 12.2  │
                 │                  │  │  │ ╰┬────────────────────╯  ╰───┬───╯
                 │                  │  │  │  ├────────────────────────┐  │
                 │                  │  │  │  │                     ╭ shared:0 ╮
                 │                  │  │  │  │                     │ 3.14     │
                 │                  │  │  │  │                     ╰─────┬────╯
                 └──────────────────│──│──│──│────────────────────────┐  │
                                    │  │  │  │                    ╭ multiply:2 ╮
                                    │  │  │  │                    │ 10.0       │
                                    │  │  │  │                    ╰──────┬─────╯
                                    └──│──│──│─────────────────────────┐ │
                                       │  │  │                       ╭ add:4 ╮  ╭ int:2 ╮
                                       │  │  │                       │ 11.2  │  │ 1     │
                                       │  │  │                       ╰───┬───╯  ╰───┬───╯
                                       │  │  │                           │ ┌────────┘
                                       │  │  │                       ╭ add:5 ╮
                                       │  │  │                       │ 12.2  │
                                       │  │  │                       ╰───┬───╯
                                       └──│──│────────────────────────┐  │
                                          │  │                    ╭ multiply:3 ╮
                                          │  │                    │ 10.0       │
                                          │  │                    ╰──────┬─────╯
                                          └──│─────────────────────────┐ │
                                             │                       ╭ add:6 ╮  ╭ int:3 ╮
                                             │                       │ 11.2  │  │ 1     │
                                             │                       ╰───┬───╯  ╰───┬───╯
                                             │                           │ ┌────────┘
                                             │                       ╭ add:7 ╮
                                             │                       │ 12.2  │
                                             │                       ╰───┬───╯
                                             └────────────────────────┐  │
                                                                   ╭ shared:1 ╮
                                                                   │ 3.14     │
                                                                   ╰──────────╯
                """)
    }

    @Test func viewport() {
        let workflow = Sketch.workflow(agents: 2, iterations: 2)
        #expect(
            workflow.draw(workflow.layout(), in: LayoutRect(x: 20, y: 10, width: 30, height: 8)) == """
                │
                │
                │ ╭ agent2_p1:0 ◆ ╮
                │ │ 2.1           │
                │ ╰┬──────────────╯
                │  ├──────────────────────────
                │  │ ╭ agent2_p2:0 ◆ ╮
                │  │ │ 2.2           │
                """)
    }
}
