import Testing

@testable import Inspector

@Suite struct LayoutDrawings {
    @Test func show() {
        for text in ["a > b > c", "a > b c; b > d; c > d", "p! > a; a > b > c; p > b; p > c", "root > a b c d e f", "a > b > c > d; a > d", "a > c; b > c", "a b; c d; a > d; b > c"] {
            print(Sketch(text).drawing)
        }
        let w = Sketch.workflow(agents: 3, iterations: 3)
        print(w.layout().width, w.layout().height)
        print(w.drawing)
    }
}
