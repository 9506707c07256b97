import Debugging
import Testing
import Trace

@testable import Inspector

@Suite struct GraphPictureTests {
    private func graph() throws -> ExportedGraph {
        try ExportedGraph(
            reading: #"""
                {"format": "tracescope-graph", "version": 1, "source": "a<b>.lua", "nodes": [
                  {"name": "p:0", "kind": "parameter", "data": "<b> & \"q\"\u0001", "description": "[ParameterNode] A parameter."},
                  {"name": "add:0", "kind": "message", "data": 3, "description": "[add] Adds.", "freedBy": 1,
                   "inputs": [{"argument": "x<y", "node": "p:0"}]}],
                 "backwards": [{"number": 1, "output": "add:0", "text": "more", "retain": false}]}
                """#)
    }

    @Test func boxesLinesAndWords() throws {
        let theme = try #require(Theme.builtin("light"))
        let svg = GraphPicture(try graph(), theme: theme).svg
        #expect(svg.contains("<title>a&lt;b&gt;.lua</title>"))
        #expect(svg.contains(">&quot;&lt;b&gt; &amp; \\&quot;q\\&quot;\\u0001&quot;</text>"))
        #expect(svg.contains("<title>x&lt;y</title>"))
        #expect(svg.components(separatedBy: "rx=\"6\"").count == 3, "a box for each node")
        #expect(svg.components(separatedBy: "stroke-dasharray").count == 2, "one of them was freed")
        #expect(svg.components(separatedBy: "<path").count == 2, "one straight line")
        #expect(svg.contains("font-weight=\"bold\" xml:space=\"preserve\">add:0</text>"))
        #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>\n"))
    }

    @Test func isXML() throws {
        let svg = GraphPicture(try graph(), theme: try #require(Theme.builtin("dark"))).svg
        // Every tag is closed, and nothing but a tag begins with '<'.
        var open: [String] = []
        for piece in svg.split(separator: "<") {
            let name = String(piece.prefix { $0 != " " && $0 != ">" && $0 != "/" })
            if piece.hasPrefix("/") {
                #expect(open.popLast() == String(piece.dropFirst().prefix { $0 != ">" }))
            } else if !piece.contains("/>") {
                open.append(name)
            }
        }
        #expect(open.isEmpty)
    }

    @Test func nothingIsAPictureToo() {
        let svg = GraphPicture(ExportedGraph(source: ""), theme: Theme(name: "plain", base: Style(), given: [:])).svg
        #expect(svg.contains("viewBox=\"0 0 24 24\""))
    }
}
