import Trace
import TraceInspector

@main struct Main {
    static func main() throws {
        let thermostat = try Thermostat()
        if CommandLine.arguments.contains("--inspect") { try thermostat.graph.inspect() }
        do {
            for _ in 0..<4 {
                print(try thermostat.iterate())
                thermostat.graph.breakpoint("iteration")
            }
        } catch let error as TraceError {
            print(thermostat.graph.describe(error))
        }
    }
}
