/// Workflows in Lua that several suites use.
package enum ExampleWorkflows {
    /// Three turns of a loop, in each of which an optimizer clears its feedback, calls backward and steps.
    package static let threeSteps = """
        local p = trace.parameter(2, { name = "p" })
        local x = trace.node(10, { name = "x" })
        local tuner = trace.optimizer(function() return { [p] = p.data + 1 } end, { p }, { name = "tuner" })
        for i = 1, 3 do
          local y = x * p
          tuner:zero_feedback()
          tuner:backward(y, "larger")
          tuner:step()
          print("turn", y.data)
        end
        """
}
