import Debugging
import Testing

/// Files are told by their content, whatever they are called.
@Suite struct FileKindTests {
    @Test(arguments: [
        ("{\"format\": \"tracescope\"}", "graph", FileKind.graph), ("  {\"tgj\": \"1.0\"}", "x", .graph), ("{ broken", "g.json", .graph),
        ("{\"resourceSpans\": []}", "t.json", .other(.telemetry)), ("[{\"traceId\": \"1\"}]", "t", .other(.telemetry)),
        ("{\"cells\": [], \"nbformat\": 4}", "n", .other(.notebook)), ("[1, 2]", "a", .other(.otherJSON)),
        ("{\"a\": 1}\n{\"a\": 2}\n", "l", .other(.lines)), ("[models.x]\nkey = 1\n", "c", .other(.toml)),
        ("tracescope recording 1\n", "r.lua", .other(.recording)), ("<?xml version=\"1.0\"?>", "x.lua", .other(.markup)),
        ("#!/usr/bin/env python3\nprint(1)\n", "w.lua", .other(.python)), ("#!/usr/bin/env -S python3 -u\nx = 1\n", "w", .other(.python)),
        ("x = 1\nprint(x)\n", "w.py", .other(.python)), ("#!/bin/bash\necho\n", "w", .other(.script("bash"))),
        ("#!/usr/bin/env lua\nprint(1)", "w", .workflow), ("#!/usr/bin/lua5.4\nprint(1)", "w", .workflow),
        ("#!/usr/bin/env tracescope\nprint(1)", "w", .workflow), ("print(1)", "w", .workflow), ("", "w", .workflow),
    ])
    func certainKinds(_ text: String, _ name: String, _ kind: FileKind) { #expect(FileKind(text: text, name: name) == kind) }

    @Test(arguments: [
        ("digraph g {\n a -> b\n}\n", "g", OtherKind.dot as OtherKind?), ("// made by a tool\nstrict graph {\n a -- b\n}\n", "g.lua", .dot),
        ("graph TD\n a --> b\n", "m", .mermaid), ("flowchart LR\n a --> b\n", "m", .mermaid),
        ("from opto import trace\nx = trace.node(1)\n", "w.lua", .python), ("import os\n", "w", .python),
        ("x = [i for i in range(3)]\nprint(x)\n", "w.lua", .python), ("\"\"\"Scales.\"\"\"\nx = 1\n", "w", .python),
        ("name = 'a'\nprint(f'hello {name}')\n", "w.lua", .python), ("f = lambda x: x\n", "w.txt", .python),
        ("import Foundation\nlet x = 1\n", "w.swift", .source("a Swift program")),
        ("--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a: b\n+b: c\n", "w.patch", .source("a patch")),
        ("@bundle(trainable=True)\ndef f(x):\n    return x\n", "w.lua", .python), ("a: 1\nb:\n  - 2\n", "y", .yaml),
        ("a,b\n1,2\n3,4\n", "t", .csv), ("print(\n", "w", nil), ("for i = 1, 2 do\n", "w.lua", nil),
        ("local a = {1,2}\nlocal b = }\n", "w.lua", nil),
        ("const x = 1;\nimport y from \"z\";\n", "a.js", .source("a JavaScript program")), ("import y from 'z'\n", "a", nil),
        ("# Title\n\nSome text.\n", "a.md", .source("a text in Markdown")), ("%YAML 1.2\n---\na: 1\n", "y", .yaml),
    ])
    func likelyKindsOfFilesThatAreNotLua(_ text: String, _ name: String, _ kind: OtherKind?) {
        #expect(OtherKind(notLua: text, name: name) == kind)
    }

    @Test func bytesThatAreNoText() {
        #expect(OtherKind(bytes: [0x1F, 0x8B, 8]) == .packed(by: "gzip"))
        #expect(OtherKind(bytes: Array("SQLite format 3\0".utf8)) == .database)
        #expect(OtherKind(bytes: [0x1B, 0x4C, 0x75, 0x61, 0x54]) == .bytecode)
        #expect(OtherKind(bytes: [UInt8](repeating: 0x61, count: 257) + Array("ustar\0".utf8)) == .packed(by: "tar"))
        #expect(OtherKind(bytes: [0x80, 4, 0x95, 0]) == .binary("a Python pickle"))
        #expect(OtherKind(bytes: [0xA7, 0x0D, 0x0D, 0x0A] + [UInt8](repeating: 0, count: 20)) == .binary("a compiled Python program"))
        #expect(OtherKind(bytes: Array("PAR1".utf8) + [0xFF]) == .binary("a Parquet table"))
        #expect(OtherKind(bytes: [0x1A, 0x45, 0xDF, 0xA3, 0x42]) == .binary("a video (WebM or Matroska)"))
        #expect(OtherKind(bytes: Array("OggS".utf8) + [2, 0xFF]) == .binary("a sound or a video (Ogg)"))
        for text in ["ID3 = 1", "RIFF = {}", "BZh is a text here", "PAR1 = 2", "GIF8 = 1", "GGUF = { 1 }"] {
            #expect(OtherKind(bytes: Array(text.utf8)) == nil)
        }
        #expect(OtherKind(bytes: []) == nil)
    }
}
