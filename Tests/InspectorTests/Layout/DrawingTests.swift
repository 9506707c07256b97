import Testing
@testable import Inspector
@Suite struct LayoutDrawings {
    @Test func show() {
        print("@@chain"); print(Sketch("a > b > c").drawing)
        print("@@diamond"); print(Sketch("a > b c; b > d; c > d").drawing)
        print("@@sharedParameter"); print(Sketch("p! > a; a > b > c > d; p > b; p > c; p > d").drawing)
        print("@@fanOut"); print(Sketch("root > a b c d e f").drawing)
        print("@@longEdge"); print(Sketch("a > b > c > d; a > d").drawing)
        print("@@twoRoots"); print(Sketch("a > c; b > c").drawing)
        print("@@removableCrossing"); print(Sketch("a b; c d; a > d; b > c").drawing)
        print("@@constantBesideItsUse"); print(Sketch("a > b > c > d; one > d").drawing)
        print("@@disconnected"); print(Sketch("a > b; c > d > e").drawing)
        print("@@exchangedTrunks"); print(Sketch("a > c; a > d; b > c; b > d; b > e").drawing)
        print("@@manyParentsOfOneBox");
        print(Sketch("aa bb cc dd; aa > sum_of_all; bb > sum_of_all; cc > sum_of_all; dd > sum_of_all").drawing)

        let workflow = Sketch.workflow(agents: 2, iterations: 2)
        print("@@workflow"); print(workflow.drawing)
        print("@@part"); print(workflow.draw(workflow.layout(), in: LayoutRect(x: 20, y: 10, width: 30, height: 8)))
        print("@@end")
    }
}
