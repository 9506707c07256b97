import Foundation
import Testing
import Trace

@testable import Inspector

@Suite struct LookTests {
    @Test func look() throws {
        guard let folder = ProcessInfo.processInfo.environment["LOOK"] else { return }
        let b = GraphBench()
        let w = try b.workflow(iterations: 2)
        let one = try b.optimizer("agent1", Array(w.parameters[0...1]))
        let all = try b.optimizer("workflow", w.parameters + [w.code])
        let inter = try b.optimizer("inter", [w.parameters[0], w.parameters[2]])
        func save(_ name: String, _ width: Int, _ height: Int) throws {
            let theme = Theme.builtin("dark")!
            let frame = b.frame(width, height, theme: theme)
            try (frame.text() + "\n" + b.pane.title + "\n").write(toFile: "\(folder)/\(name).txt", atomically: true, encoding: .utf8)
            try ansi(frame).write(toFile: "\(folder)/\(name).ansi", atomically: true, encoding: .utf8)
        }
        b.update()
        try save("a50", 50, 24)
        try save("a90", 90, 40)
        try save("a140", 140, 60)
        try b.engine.backward(w.results[0], feedback: "larger", retain: true, optimizer: one)
        b.chosen = [one]
        b.update()
        try save("b90", 90, 40)
        try b.engine.backward(w.results[1], feedback: "smaller", retain: false, optimizer: all)
        b.chosen = [all]
        b.update()
        b.pane.reveal(w.results[1])
        b.press("Enter")
        try save("c90", 90, 40)
        b.press("Enter")
        b.chosen = [one, inter]
        b.press("Up", "Up", "Up")
        b.update()
        try save("d90", 90, 40)
        b.press("Home")
        try save("e90", 90, 40)
    }

    func ansi(_ frame: Frame) -> String {
        func code(_ color: Color, _ base: Int) -> String {
            guard case .rgb(let v) = color else { return "" }
            return ";\(base);2;\(v >> 16 & 255);\(v >> 8 & 255);\(v & 255)"
        }
        var out = ""
        for y in 0..<frame.size.height {
            if y > 0 { out += "\r\n" }
            for x in 0..<frame.size.width {
                let cell = frame[Point(x: x, y: y)]
                if cell.isContinuation { continue }
                let a = cell.style.attributes
                let bits = (a.contains(.bold) ? ";1" : "") + (a.contains(.italic) ? ";3" : "") + (a.contains(.reverse) ? ";7" : "")
                out += "\u{1b}[0\(bits)\(code(cell.style.foreground, 38))\(code(cell.style.background, 48))m"
                out.unicodeScalars.append(Unicode.Scalar(cell.glyph.base)!)
            }
        }
        return out
    }
}
