import Testing

@testable import Inspector

@Suite struct ColorDepthTests {
    @Test func depths() {
        #expect(ColorDepth(colors: 0) == .none)
        #expect(ColorDepth(colors: 8) == .eight)
        #expect(ColorDepth(colors: 88) == .sixteen)
        #expect(ColorDepth(colors: 256) == .palette)
        #expect(ColorDepth(colors: 1 << 24) == .rgb)
    }

    @Test func nearestColors() {
        #expect(Color.rgb(0xFF0000).reduced(to: .palette) == .palette(196))
        #expect(Color.rgb(0xFFFFFF).reduced(to: .palette) == .palette(231))
        #expect(Color.rgb(0x808080).reduced(to: .palette) == .palette(244))
        #expect(Color.rgb(0x5FAFD7).reduced(to: .palette) == .palette(74))
        #expect(Color.rgb(0xFF0000).reduced(to: .sixteen) == .palette(9))
        #expect(Color.rgb(0x000000).reduced(to: .eight) == .palette(0))
        #expect(Color.palette(9).reduced(to: .eight) == .palette(1))
        #expect(Color.palette(196).reduced(to: .sixteen) == .palette(9))
        #expect(Color.rgb(0x123456).reduced(to: .none) == .standard)
        #expect(Color.rgb(0x123456).reduced(to: .rgb) == .rgb(0x123456))
    }

    @Test(arguments: ColorDepth.allCases)
    func reducingAgainChangesNothing(depth: ColorDepth) {
        for value in stride(from: UInt32(0), to: 0x1000000, by: 0x0F1357) {
            let once = Color.rgb(value).reduced(to: depth)
            #expect(once.reduced(to: depth) == once)
        }
    }

    @Test func contrast() {
        #expect(abs(Color.contrast(0, 0xFFFFFF) - 21) < 0.01)
        #expect(Color.contrast(0x777777, 0x777777) == 1)
    }

    @Test func stylesArePacked() {
        let style = Style(foreground: .rgb(0xABCDEF), background: .palette(200), attributes: [.bold, .reverse])
        #expect(style.foreground == .rgb(0xABCDEF))
        #expect(style.background == .palette(200))
        #expect(style.attributes == [.bold, .reverse])
        var other = style
        other.background = .standard
        #expect(other.background == .standard && other.foreground == style.foreground && other.attributes == style.attributes)
    }
}
