import Testing

@testable import Inspector

@Suite struct SVGTests {
    @Test func wordsHaveTheirPlacesAndLinesAreShapes() {
        var frame = Inspector.Frame(size: Size(width: 8, height: 2))
        frame.put("a<b  c", at: .zero, style: Style(foreground: .rgb(0xFF0000), attributes: .bold))
        frame.put("┌─", at: Point(x: 0, y: 1), style: Style())
        let svg = frame.svg(base: Style(foreground: .rgb(0xFFFFFF), background: .rgb(0)))
        #expect(svg.contains("fill=\"#ff0000\" font-weight=\"bold\">"))
        #expect(svg.contains("<tspan x=\"0\" textLength=\"27\" lengthAdjust=\"spacingAndGlyphs\">a&lt;b</tspan>"))
        #expect(svg.contains("<tspan x=\"45\" textLength=\"9\" lengthAdjust=\"spacingAndGlyphs\">c</tspan>"))
        #expect(svg.contains("stroke=\"#ffffff\""))
        #expect(!svg.contains("┌"))
        #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>\n"))
    }
}
