import Trace

/// The kind of a file that is to be opened, as far as its content and its name show.
package enum FileKind: Equatable, Sendable {
    /// A workflow, or a text that nothing speaks against.
    case workflow
    /// A graph in a format that can be read.
    case graph
    /// Something else.
    case other(OtherKind)
}

/// A kind of file that is not opened, and what to do with one.
package enum OtherKind: Equatable, Sendable {
    case python, notebook, telemetry, dot, mermaid, recording, lines, values, otherJSON, markup, yaml, toml, csv, bytecode, database
    case packed(by: String)
    /// A program in another language, by the name of what runs it.
    case script(String)
    /// A text in another language, with its article, by its name.
    case source(String)
    case binary(String)

    /// The kind and the advice: the end of a sentence that begins with the file's name.
    package var reason: String {
        switch self {
        case .python:
            "this is a Python program: give it a name that ends in .py, or begin it with a line such as #!/usr/bin/env python3"
        case .notebook:
            "this is a Jupyter notebook: save it as a Python program ('jupyter nbconvert --to script FILE'), and open that"
        case .telemetry:
            "this is an OpenTelemetry trace (OTLP JSON), which holds no graph that can be opened: convert it to Trace graph JSON (.tgj) and open that"
        case .dot:
            "this is a Graphviz file, which holds a drawing and no values: export the graph with '--to json', and open that"
        case .mermaid:
            "this is a Mermaid diagram, which holds a drawing and no values: export the graph with '--to json', and open that"
        case .recording: "this is a recording of answers: give it with --replay, and name the workflow that it belongs to"
        case .lines: "these are lines of JSON (JSONL), and a graph is one JSON object: save one of the lines as a file, and open that"
        case .values: "these are values that trace.save wrote: load them in a workflow with trace.load"
        case .otherJSON: "this JSON is not a graph: a graph is an object with the key \"format\", as 'export json' writes it, or \"tgj\""
        case .markup: "this is XML or HTML: \(Self.advice)"
        case .yaml: "this is YAML: \(Self.advice)"
        case .toml:
            "this is TOML: \(Self.advice). 'tracescope config' says which configuration is read"
        case .csv: "this is a table (CSV): name the workflow, which can hold the rows as a Lua table"
        case .bytecode: "this is a compiled Lua program: name its source, the .lua file"
        case .database: "this is an SQLite database, but not a Tracescope session"
        case .packed(let tool): "this is packed with \(tool): unpack it, and open what is inside"
        case .source(let language): "this is \(language): \(Self.advice)"
        case .script(let name): "this is a program for \(name): \(Self.advice)"
        case .binary(let what): "this is \(what): \(Self.advice)"
        }
    }

    private static let advice = "name a workflow in Lua, a Python program, a saved session, or a graph in JSON"

    /// The kind of some bytes that are not text.
    package init?(bytes: [UInt8]) {
        let beginnings: [([UInt8], OtherKind)] = [
            ([0x1F, 0x8B], .packed(by: "gzip")), (Array("PK\u{3}\u{4}".utf8), .packed(by: "zip")),
            (Array("BZh".utf8), .packed(by: "bzip2")),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A], .packed(by: "xz")), ([0x28, 0xB5, 0x2F, 0xFD], .packed(by: "zstd")),
            ([0x1B, 0x4C, 0x75, 0x61], .bytecode), (Array("SQLite format 3\0".utf8), .database), (Array("%PDF-".utf8), .binary("a PDF")),
            ([0x89, 0x50, 0x4E, 0x47], .binary("a picture")), ([0xFF, 0xD8, 0xFF], .binary("a picture")),
            ([0x7F, 0x45, 0x4C, 0x46], .binary("a compiled program")), (Array("GIF8".utf8), .binary("a picture")),
            ([0x37, 0x7A, 0xBC, 0xAF], .packed(by: "7z")), (Array("PAR1".utf8), .binary("a Parquet table")),
            ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59], .binary("a NumPy array")), ([0x89, 0x48, 0x44, 0x46], .binary("an HDF5 file")),
            (Array("GGUF".utf8), .binary("a model's weights (GGUF)")), (Array("ARROW1".utf8), .binary("an Arrow table")),
            ([0x80, 2], .binary("a Python pickle")), ([0x80, 3], .binary("a Python pickle")), ([0x80, 4], .binary("a Python pickle")),
            ([0x80, 5], .binary("a Python pickle")), ([0x1A, 0x45, 0xDF, 0xA3], .binary("a video (WebM or Matroska)")),
            (Array("OggS".utf8), .binary("a sound or a video (Ogg)")), (Array("fLaC".utf8), .binary("a sound (FLAC)")),
            (Array("ID3".utf8), .binary("a sound (MP3)")), (Array("RIFF".utf8), .binary("a sound, a video or a picture (RIFF)")),
            ([0x00, 0x61, 0x73, 0x6D], .binary("a WebAssembly module")), ([0xCA, 0xFE, 0xBA, 0xBE], .binary("a compiled Java class")),
            (Array("wOF2".utf8), .binary("a font")),
        ]
        if bytes.count > 262, bytes[257..<262].elementsEqual("ustar".utf8) {
            self = .packed(by: "tar")
            return
        }
        // The number of a version of Python, then the end of a line.
        if bytes.count > 16, bytes[2] == 0x0D, bytes[3] == 0x0A, 0x0B...0x0F ~= bytes[1] {
            self = .binary("a compiled Python program")
            return
        }
        // A text may begin with these letters, too.
        guard let found = beginnings.first(where: { bytes.starts(with: $0.0) }) else { return nil }
        if String(validating: bytes, as: UTF8.self) != nil, bytes.first.map({ 0x20..<0x7F ~= $0 }) ?? false, found.1 != .database,
            found.1 != .binary("a PDF")
        {
            return nil
        }
        self = found.1
    }
}

extension FileKind {
    /// Tells the kind of a text by its beginning: no Lua program begins like this.
    ///
    /// - Parameter name: the name of its file.
    package init(text: String, name: String) {
        let beginning = text.drop { $0.isWhitespace }
        if name.hasSuffix(".json") || name.hasSuffix(".tgj") || name.hasSuffix(".ipynb") || "{[".contains(beginning.first ?? " ") {
            self = Self.json(beginning, name)
        } else if beginning.hasPrefix("tracescope recording ") {
            self = .other(.recording)
        } else if beginning.first == "<" {
            self = .other(.markup)
        } else if let runner = Self.runner(text) {
            self =
                runner.hasPrefix("python")
                ? .other(.python) : ["lua", "tracescope"].contains { runner.hasPrefix($0) } ? .workflow : .other(.script(runner))
        } else if name.hasSuffix(".py") || name.hasSuffix(".pyw") {
            self = .other(.python)
        } else if name.hasSuffix(".toml") {
            // Some of it is Lua as well.
            self = .other(.toml)
        } else {
            self = .workflow
        }
    }

    private static func json(_ text: Substring, _ name: String) -> FileKind {
        guard let document = try? Value(literal: String(text)) else {
            let lines = text.split(whereSeparator: \.isNewline).prefix(3)
            let isLines = lines.count > 1 && lines.allSatisfy { $0.first == "{" && (try? Value(literal: String($0))) != nil }
            let first = text.prefix { !$0.isNewline }
            if !name.hasSuffix(".json"), first.first == "[", first.last == "]" { return .other(.toml) }
            return isLines ? .other(.lines) : name.hasSuffix(".ipynb") ? .other(.notebook) : .graph
        }
        func has(_ key: String, in value: Value) -> Bool {
            if case .dict(let members) = value { return members[.string(key)] != nil }
            return false
        }
        if ["resourceSpans", "scopeSpans", "resource_spans"].contains(where: { has($0, in: document) }) { return .other(.telemetry) }
        if case .list(let items) = document, let first = items.first {
            if has("resourceSpans", in: first) || has("traceId", in: first) || has("trace_id", in: first) { return .other(.telemetry) }
        }
        if has("nbformat", in: document) { return .other(.notebook) }
        if has("$values", in: document) { return .other(.values) }
        if ["format", "tgj", "nodes"].contains(where: { has($0, in: document) }) { return .graph }
        // A file with the name of a graph gets the message of the graph's reader, which has the place.
        return name.hasSuffix(".tgj") ? .graph : .other(.otherJSON)
    }

    /// The program in the first line that runs the text, by its name alone.
    private static func runner(_ text: String) -> String? {
        guard text.hasPrefix("#!") else { return nil }
        let words = text.prefix { !$0.isNewline }.dropFirst(2).split(separator: " ").filter { !$0.hasPrefix("-") }
        guard let first = words.first else { return nil }
        let name = { (path: Substring) in String(path.split(separator: "/").last ?? "") }
        return name(first) == "env" && words.count > 1 ? name(words[1]) : name(first)
    }
}

extension OtherKind {
    /// The most likely kind of a text that is not a Lua program; nil if none is likely.
    package init?(notLua text: String, name: String) {
        let lines = text.split(whereSeparator: \.isNewline).lazy.map { $0.drop { $0 == " " || $0 == "\t" } }.filter { !$0.isEmpty }.prefix(
            200)
        let first = lines.first { !$0.hasPrefix("//") && !$0.hasPrefix("#") && !$0.hasPrefix("%%") } ?? ""
        let isLua = name.hasSuffix(".lua")
        let language = Self.languages.first { name.hasSuffix($0.ending) }
        let python = language?.isCode ?? false ? 0 : lines.count { Self.isPython($0) }
        let looksLikePython = lines.contains(where: Self.mayBePython) && !lines.contains(where: Self.isOfLua)
        if ["digraph", "graph", "strict"].contains(where: { first.hasPrefix($0) }),
            first.hasSuffix("{") || text.contains("->") || text.contains(" -- ") && text.contains("{")
        {
            if ["graph TB", "graph TD", "graph LR", "graph BT", "graph RL"].contains(where: { first.hasPrefix($0) }) {
                self = .mermaid
            } else {
                self = .dot
            }
        } else if first.hasPrefix("flowchart ") || first.hasPrefix("sequenceDiagram") {
            self = .mermaid
        } else if python > 1 || python == 1 && (!isLua || Self.isPython(first)) || looksLikePython && !(language?.isCode ?? false) {
            self = .python
        } else if isLua {
            return nil
        } else if first.hasPrefix("diff ") || first.hasPrefix("--- ") && lines.contains(where: { $0.hasPrefix("+++ ") }) {
            self = .source("a patch")
        } else if let language {
            self = .source(language.name)
        } else if first.hasPrefix("---") || first.hasPrefix("%YAML") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
            || Self.share(lines, Self.isYAML)
        {
            self = .yaml
        } else if name.hasSuffix(".toml") || first.hasPrefix("[") && first.hasSuffix("]") {
            self = .toml
        } else if name.hasSuffix(".csv") || name.hasSuffix(".tsv") || Self.isTable(lines.map(Substring.init)) {
            self = .csv
        } else {
            return nil
        }
    }

    private static let languages: [(ending: String, name: String, isCode: Bool)] = [
        (".js", "a JavaScript program", true), (".mjs", "a JavaScript program", true), (".ts", "a TypeScript program", true),
        (".c", "a C program", true), (".h", "a C header", true), (".cpp", "a C++ program", true), (".rs", "a Rust program", true),
        (".go", "a Go program", true), (".java", "a Java program", true), (".rb", "a Ruby program", true),
        (".swift", "a Swift program", true), (".sh", "a shell script", true), (".sql", "an SQL script", true),
        (".md", "a text in Markdown", false), (".rst", "a text in reStructuredText", false), (".txt", "a plain text", false),
        (".log", "a log", false), (".jl", "a Julia program", true), (".r", "an R program", true), (".R", "an R program", true),
    ]

    /// Whether a line looks like Python, and might also be a mistake in Lua.
    private static func mayBePython(_ line: Substring) -> Bool {
        if line.hasPrefix("\"\"\"") || line.hasPrefix("'''") || line.contains("(f\"") || line.contains("(f'") { return true }
        let isComprehension = line.contains(" for ") && line.contains(" in ") && (line.contains("[") || line.hasSuffix(")"))
        return isComprehension && !line.hasSuffix(" do") || line.contains("lambda ") || line.hasSuffix(" = None")
            || line.hasSuffix(" = True")
    }

    /// Whether a line begins as only Lua's do.
    private static func isOfLua(_ line: Substring) -> Bool {
        ["local ", "function ", "end", "--", "elseif ", "repeat", "goto ", "::"].contains { line.hasPrefix($0) } || line.hasSuffix(" then")
            || line.hasSuffix(" do")
    }

    /// Whether a line is possible in Python and impossible in Lua.
    private static func isPython(_ line: Substring) -> Bool {
        if line.hasPrefix("from "), line.contains(" import ") { return true }
        // JavaScript and others end such a line with a semicolon, or go on with where it comes from.
        if line.hasSuffix(";") || line.hasPrefix("import "), line.contains(" from ") { return false }
        if line.hasPrefix("import "), line.dropFirst(7).first.map({ $0.isLetter || $0 == "_" }) == true { return true }
        if line.hasPrefix("@"), line.dropFirst().first.map({ $0.isLetter || $0 == "_" }) == true { return true }
        if line.hasPrefix("async def ") { return true }
        let ends = line.hasSuffix(":") || line.contains(": #")
        return ends && ["def ", "class ", "if ", "for ", "while ", "with ", "elif ", "try", "except"].contains { line.hasPrefix($0) }
    }

    private static func isYAML(_ line: Substring) -> Bool {
        if line.hasPrefix("- ") { return true }
        guard let colon = line.firstIndex(of: ":") else { return false }
        let key = line[..<colon], rest = line[line.index(after: colon)...]
        return !key.isEmpty && key.allSatisfy { $0.isLetter || $0.isNumber || "_-.".contains($0) } && (rest.isEmpty || rest.first == " ")
    }

    private static func share(_ lines: some Sequence<Substring>, _ holds: (Substring) -> Bool) -> Bool {
        let all = Array(lines)
        return all.count > 1 && all.count { holds($0) } * 10 >= all.count * 8
    }

    /// Whether all lines have as many commas, or tabs, as the first.
    private static func isTable(_ lines: [Substring]) -> Bool {
        lines.count > 1
            && [Character(","), "\t", ";"].contains { mark in
                let count = lines[0].count { $0 == mark }
                return count > 0 && lines.dropLast().allSatisfy { line in line.count { $0 == mark } == count }
            }
    }
}
