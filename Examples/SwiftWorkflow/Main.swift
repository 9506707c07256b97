import Trace

@main struct Main {
    static func main() throws {
        let thermostat = try Thermostat()
        do {
            for _ in 0..<4 { print(try thermostat.iterate()) }
        } catch let error as TraceError {
            print(thermostat.graph.describe(error))
        }
    }
}
