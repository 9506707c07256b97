import Trace

/// Reads typed arguments from a line, by their kinds.
extension CommandContext {
    /// The command of a line with its arguments.
    func invocation(of line: CommandLine, _ spec: CommandSpec) throws -> Invocation {
        let line = spec.folds ? line.takingAll() : line
        var values: [ArgumentValue] = [], flags: [ArgumentValue] = [], words: [Int] = []
        let known = spec.arguments.compactMap { argument in if case .flag(let name) = argument.kind { name } else { nil } }
        for word in line.words.indices.dropFirst() {
            // In quotes, a flag is a word like any other.
            if known.contains(line.words[word].text), !line.isQuoted(word) {
                flags.append(.flag(line.words[word].text))
            } else {
                words.append(word)
            }
        }
        let positional = spec.arguments.filter(\.isPositional)
        guard words.count >= positional.count(where: { !$0.isOptional }),
            words.count <= positional.count || positional.last?.takesRest == true
        else { throw CommandError.usage(spec) }
        for (argument, place) in zip(positional, words.indices) {
            let last = argument.takesRest ? words.count - 1 : place
            if line.words[words[place]].text == argument.alternative, last == place {
                values.append(.alternative(line.words[words[place]].text))
            } else {
                values.append(try value(of: argument, line, Array(words[place...last]), after: values))
            }
        }
        return Invocation(spec.name, values + flags, showsAll: line.wantsAll)
    }

    /// Refuses arguments that are not in the graph at the event shown.
    func requirePresent(_ call: Invocation) throws(CommandError) {
        let state = state
        func require(_ id: NodeID) throws(CommandError) { guard id.index < state.nodeCount else { throw .gone("node") } }
        func require(_ id: OptimizerID) throws(CommandError) { guard id.index < state.optimizerCount else { throw .gone("optimizer") } }
        for argument in call.arguments {
            switch argument {
            case .node(let id): try require(id)
            case .optimizer(let id): try require(id)
            case .breakpoint(let order):
                switch order.condition {
                case .watch(.node(let id)), .event(_, .node(let id)?): try require(id)
                case .watch(.optimizer(let id)), .event(_, .optimizer(let id)?): try require(id)
                case .watch(.named), .event, .line, .operation: break
                }
            default: break
            }
        }
    }

    /// The same command with lines that have code, and with values of their nodes' types.
    func settled(_ call: Invocation) throws -> Invocation {
        try requirePresent(call)
        var values: [ArgumentValue] = []
        for argument in call.arguments {
            if case .line(let place) = argument {
                values.append(.line(try self.place(at: place.site)))
            } else if case .breakpoint(let order) = argument, case .line(let file, let line, let expression) = order.condition {
                values.append(.breakpoint(try lineBreakpoint(at: try place(at: Site(file: file, line: line)), expression)))
            } else if case .value(let value) = argument, case .node(let id)? = values.last {
                values.append(.value(try converted(value, for: id, text: value.text)))
            } else {
                values.append(argument)
            }
        }
        return Invocation(call.command, values, showsAll: call.showsAll)
    }

    private func value(
        of argument: CommandArgument, _ line: CommandLine, _ words: [Int], after before: [ArgumentValue]
    ) throws -> ArgumentValue {
        let text = line.words[words[0]].text
        switch argument.kind {
        case .node: return .node(try node(text))
        case .optimizer: return .optimizer(try optimizer(text))
        case .scope: return try (try? optimizer(text)).map { .optimizer($0) } ?? .node(try node(text))
        case .breakpoint: return .breakpoint(try breakpoint(line, words))
        case .watched: return .breakpoint(try watch(text))
        case .line: return .line(try place(text))
        case .eventKind: return .eventKind(try eventKind(text))
        case .number(let what, let least): return .number(try number(text, what, least: least))
        case .breakpointNumber: return .number(try number(text, "a breakpoint's number"))
        case .range: return try range(text)
        case .value:
            guard case .node(let id)? = before.last else { return .value(.string(line.rest(from: words[0]))) }
            return .value(try value(line, from: words[0], for: id))
        case .text: return .text(words.map { line.words[$0].text }.joined(separator: " "))
        case .textOrFile: return .text(try textOrFile(line, from: words[0]))
        case .code: return .code(line.raw(from: words[0]))
        case .word, .file, .command, .branch, .side: return .word(argument.takesRest ? line.rest(from: words[0]) : text)
        case .format:
            guard let format = GraphFormat(rawValue: text) else {
                throw CommandError.badNumber(text, what: "a format: \(GraphFormat.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return .format(format)
        case .choice(let choices):
            guard choices.contains(text) else {
                throw CommandError.badValue(text, reason: "it is one of \(choices.joined(separator: ", "))")
            }
            return .word(text)
        case .flag(let name): return .flag(name)
        }
    }

    private func number(_ text: String, _ what: String, least: Int = 0) throws -> Int {
        guard let number = Int(text), number >= least else { throw CommandError.badNumber(text, what: what) }
        return number
    }

    private func eventKind(_ text: String) throws -> EventKind {
        guard let kind = EventKind(rawValue: text) else {
            throw CommandError.badNumber(text, what: "a kind of event (\(EventKind.allCases.map(\.rawValue).joined(separator: ", ")))")
        }
        return kind
    }

    private func range(_ text: String) throws -> ArgumentValue {
        let ends = text.split(separator: ".", omittingEmptySubsequences: true).map(String.init)
        guard text.contains(".."), ends.count <= 2, ends.allSatisfy({ Int($0) != nil }) else {
            throw CommandError.badNumber(text, what: "a range of events such as 10..20")
        }
        return .range(
            from: text.hasPrefix("..") ? nil : ends.first.flatMap { Int($0) },
            to: text.hasSuffix("..") ? nil : ends.last.flatMap { Int($0) })
    }

    /// The value that the rest of a line gives for a node.
    private func value(_ line: CommandLine, from word: Int, for node: NodeID) throws -> Value {
        let raw = line.raw(from: word)
        if let literal = try? Value(literal: raw), let value = try? converted(literal, for: node, text: raw) { return value }
        return try converted(.string(line.rest(from: word)), for: node, text: raw)
    }

    /// A value as one of a node's type.
    ///
    /// - Parameter text: its spelling in the source.
    private func converted(_ value: Value, for node: NodeID, text: String) throws(CommandError) -> Value {
        let old = engine.value(node)
        guard case .success(let converted) = value.converted(toTypeOf: old) else {
            throw .badValue(text, reason: "\(record.name(node)) is \(Words.withArticle(old.typeName))")
        }
        return converted
    }

    /// The text of an argument, or of the file that `@FILE` names.
    private func textOrFile(_ line: CommandLine, from word: Int) throws -> String {
        let raw = line.raw(from: word)
        guard raw.first == "@" else { return raw.first == "\"" ? line.rest(from: word) : raw }
        let path = String(raw.dropFirst())
        do {
            return try repetition.commandFile(path)
        } catch {
            throw CommandError.file(path, reason: error.reason)
        }
    }

    // MARK: Breakpoints

    private func breakpoint(_ line: CommandLine, _ words: [Int]) throws -> BreakpointOrder {
        let first = line.words[words[0]].text
        func require(_ range: ClosedRange<Int>) throws {
            guard range.contains(words.count) else { throw CommandError.usage(try CommandTable.command(named: "break")) }
        }
        if first == "op" {
            try require(2...2)
            return operation(line.words[words[1]].text)
        }
        if let kind = EventKind(rawValue: first) {
            try require(1...2)
            guard words.count > 1 else { return BreakpointOrder(.event(kind, subject: nil)) }
            return try event(kind, of: line.words[words[1]].text)
        }
        guard first.contains(":") || first.first?.isNumber == true || first.first == "-" else {
            throw CommandError.badNumber(
                first, what: "a line's number, 'op', or a kind of event (\(EventKind.allCases.map(\.rawValue).joined(separator: ", ")))")
        }
        let place = try place(first)
        var expression: String?
        if words.count > 1 {
            guard line.words[words[1]].text == "if", words.count > 2 else {
                throw CommandError.usage(try CommandTable.command(named: "break"))
            }
            expression = line.raw(from: words[2])
        }
        return try lineBreakpoint(at: place, expression)
    }

    private func lineBreakpoint(at place: BreakpointPlace, _ expression: String?) throws -> BreakpointOrder {
        if let expression, let evaluating = runtime.evaluating {
            do throws(WorkflowFailure) {
                try evaluating.checkExpression(expression)
            } catch {
                throw CommandError.badCondition(expression, error)
            }
        }
        return BreakpointOrder(
            .line(file: place.site.file, line: place.site.line, expression: expression), movedFrom: place.movedFrom,
            isPending: place.isPending)
    }

    /// A place given as `LINE` or `FILE:LINE`: the line itself, or the next one that has code.
    private func place(_ text: String) throws -> BreakpointPlace {
        _ = try runtime.requireStepping()
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let known = runtime.sources.map(\.name)
        var file = parts.count > 1 ? parts.dropLast().joined(separator: ":") : currentFile
        // A path that leads to a loaded file names it as well as the name by which it was loaded.
        if !known.contains(file), let same = known.first(where: { file.hasSuffix("/" + $0) }) { file = same }
        // The end of a path is enough if only one file has it.
        let ending = known.filter { $0.hasSuffix("/" + file) }
        if !known.contains(file), ending.count == 1 { file = ending[0] }
        return try place(at: Site(file: file, line: try number(String(parts.last ?? ""), "a line's number", least: 1)))
    }

    /// A line of a file: the line itself, or the next one that has code.
    private func place(at site: Site) throws -> BreakpointPlace {
        let stepping = try runtime.requireStepping(), (file, line) = (site.file, site.line)
        guard let source = runtime.sources.last(where: { $0.name == file }) else {
            guard stepping.canLoad(file) else { throw CommandError.notLoaded(file, known: runtime.sources.map(\.name)) }
            return BreakpointPlace(site: site, isPending: true)
        }
        guard line <= source.lines.count else {
            throw CommandError.noSuchLine(String(line), lines: source.lines.count, file: file)
        }
        guard let lines = stepping.linesWithCode(in: file) else { return BreakpointPlace(site: Site(file: file, line: line)) }
        guard let next = lines.first(where: { $0 >= line }) else { throw CommandError.noCode(line: line, file: file) }
        return BreakpointPlace(site: Site(file: file, line: next), movedFrom: next == line ? nil : line)
    }

    /// A breakpoint on an event of a kind that an optimizer or a node is to have. Either may be made later.
    private func event(_ kind: EventKind, of name: String) throws -> BreakpointOrder {
        do {
            let id = try optimizer(name)
            guard kind.hasOptimizer else { throw CommandError.noSuchEvents(kind, of: "optimizer") }
            return BreakpointOrder(.event(kind, subject: .optimizer(id)))
        } catch CommandError.unknownOptimizer(_, let known) {
            do {
                let id = try node(name)
                guard kind.hasNodes else { throw CommandError.noSuchEvents(kind, of: "node") }
                return BreakpointOrder(.event(kind, subject: .node(id)))
            } catch CommandError.unknownNode(_, let near) {
                guard kind.hasOptimizer || kind.hasNodes else { throw CommandError.noSuchEvents(kind, of: "optimizer") }
                let what = !kind.hasNodes ? "optimizer" : kind.hasOptimizer ? "node or optimizer" : "node"
                return BreakpointOrder(
                    .event(kind, subject: .named(name)),
                    note: notThereYet(name, what, among: (kind.hasOptimizer ? known : []) + (kind.hasNodes ? near : [])))
            }
        }
    }

    /// A breakpoint on changes of a node. It may be made later.
    private func watch(_ name: String) throws -> BreakpointOrder {
        do {
            return BreakpointOrder(.watch(.node(try node(name))))
        } catch CommandError.unknownNode(_, let near) {
            return BreakpointOrder(.watch(.named(name)), note: notThereYet(name, "node", among: near))
        }
    }

    private func notThereYet(_ name: String, _ what: String, among known: [String]) -> String {
        let near = known.first { $0.distance(to: name) <= 2 || $0.lowercased() == name.lowercased() }
        return "no \(what) is named '\(name)' yet" + (near.map { ": did you mean '\($0)'?" } ?? "")
    }

    /// A breakpoint on an operator or a bundle. A bundle may be made later.
    private func operation(_ name: String) -> BreakpointOrder {
        let isKnown = Operator.all[name] != nil || record.bundles.all.contains { $0.name == name }
        let known = (Operator.all.keys + record.bundles.all.map(\.name)).sorted()
        return BreakpointOrder(.operation(name), note: isKnown ? nil : notThereYet(name, "operator or bundle", among: known))
    }
}

extension CommandSpec {
    /// The possible words at a place of the command's arguments, for the prompt.
    ///
    /// - Parameters:
    ///   - place: counted from 0.
    ///   - word: the part that is already typed. Names of nodes begin with it; the others may not.
    package func completions(at place: Int, beginning word: String, in snapshot: Snapshot) -> [String] {
        let positional = arguments.filter(\.isPositional)
        guard !positional.isEmpty else { return [] }
        let argument = positional[min(place, positional.count - 1)]
        let optimizers = snapshot.record.optimizers.prefix(snapshot.state.optimizerCount).map(\.name)
        var nodes: [String] {
            snapshot.record.nodes(beginning: word, before: snapshot.state.nodeCount, most: 200).map { snapshot.record.name($0) }
        }
        let words: [String]
        switch argument.kind {
        case .node, .watched: words = nodes
        case .optimizer: words = optimizers
        case .scope: words = optimizers + nodes
        case .breakpoint: words = place == 0 ? EventKind.allCases.map(\.rawValue) + ["op"] : place == 1 ? optimizers + nodes : []
        case .eventKind: words = EventKind.allCases.map(\.rawValue)
        case .breakpointNumber: words = snapshot.breakpoints.all.map { String($0.number) }
        case .command: words = CommandTable.all.map(\.name)
        case .format: words = GraphFormat.allCases.map(\.rawValue)
        case .branch: words = snapshot.branches.map(\.name)
        case .side:
            words =
                snapshot.branches.map(\.name)
                + Set(snapshot.comparable.flatMap { [$0.left, $0.right] }).subtracting(snapshot.branches.map(\.name)).sorted()
        case .choice(let choices): words = choices
        case .line, .number, .range, .value, .text, .textOrFile, .code, .word, .file, .flag: words = []
        }
        return (argument.alternative.map { [$0] } ?? []) + words
    }
}
