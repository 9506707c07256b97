/// A look for every role.
package struct Theme: Sendable, Equatable {
    package var name: String
    /// The style of a cell in which nothing is drawn.
    package var base: Style
    private var styles: [Role: Style]
    /// Whether a chosen row has one look as a whole: with few colours its parts would be a patchwork.
    private(set) var paintsRowsAsOne = false

    /// Whether the nodes outside a subgraph have another colour than those inside. Dim text alone does not tell them apart: many terminals
    /// lack it.
    var tellsMembersByColor: Bool { self[.nodeDim].foreground != base.foreground }

    /// `given` may lack roles: they look as their parents do.
    package init(name: String, base: Style, given: [Role: Style]) {
        self.name = name
        self.base = base
        var styles: [Role: Style] = [:]
        for role in Role.allCases {
            var next: Role? = role
            while let current = next, styles[role] == nil {
                styles[role] = given[current]
                next = current.parent
            }
        }
        self.styles = styles
    }

    package subscript(role: Role) -> Style { styles[role] ?? base }

    /// The look of a role by its name; of an unknown one, that of its closest parent.
    package subscript(name: String) -> Style { self[Role.closest(to: name)] }

    /// The theme in the colours that a terminal has. Parts that would no longer stand out from the background are reversed.
    package func reduced(to depth: ColorDepth) -> Theme {
        var result = self
        result.base = base.reduced(to: depth)
        result.styles = styles.mapValues { style in
            var reduced = style.reduced(to: depth)
            let stoodOut = style.background != base.background
            if depth <= .sixteen, stoodOut, reduced.background == result.base.background {
                reduced.attributes.formSymmetricDifference(.reverse)
                if reduced.foreground == reduced.background { reduced.foreground = result.base.foreground }
            } else if reduced.foreground == reduced.background, reduced.foreground != .standard {
                reduced.foreground = reduced.background == result.base.foreground ? result.base.background : result.base.foreground
            }
            return reduced
        }
        if depth <= .sixteen, result[.selection] == result[.selectionUnfocused] {
            result.styles[.selectionUnfocused] = result.base.adding(.underline)
        }
        result.paintsRowsAsOne = depth <= .sixteen
        if depth == .eight { result.useEightColors() }
        return result
    }

    /// The style of a part of a row on the background of the row.
    func style(_ style: Style, on ground: Style) -> Style {
        paintsRowsAsOne ? ground.adding(style.attributes.intersection([.bold, .underline, .italic])) : style.on(ground)
    }

    /// Dim text would be bold or bright in eight colours, so it is plain; optimizers get the hues that parameters and conflicts leave.
    private mutating func useEightColors() {
        let quiet: [Role] = [
            .textDim, .nodeDim, .nodeFreed, .sourceComment, .sourceLineNumber, .eventNumber, .valueNone, .paneTitle, .paneBorder, .edge,
            .edgeDim, .scroll, .scrollThumb,
        ]
        for role in quiet { styles[role] = base }
        // The header and the footer are one pair each.
        for role in [Role.header, .footer] { styles[role]?.attributes.remove(.bold) }
        for role in Role.allCases where role != .headerPast && role.rawValue.hasPrefix("header.") {
            styles[role] = self[.header].adding(.bold)
        }
        styles[.footerKey] = self[.footer].adding([.bold, .underline])
        let hues: [UInt8] = [6, 5, 2, 4]
        for place in 0..<8 {
            let color = Color.palette(hues[place % hues.count])
            styles[.optimizer(place)] = Style(
                foreground: color, background: base.background, attributes: place < hues.count ? [] : .bold)
        }
    }
}
