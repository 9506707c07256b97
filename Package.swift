// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "tracescope",
    products: [
        .library(name: "Trace", targets: ["Trace"]),
        .library(name: "TraceInspector", targets: ["TraceInspector"]),
        .executable(name: "tracescope", targets: ["tracescope"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // C: only what Swift cannot say. No pkgConfig for ncurses: its flags hold a -D that the package manager refuses.
        .target(name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        .target(name: "CPrefetch"),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .systemLibrary(name: "CLuaSys", pkgConfig: "lua5.4", providers: [.apt(["liblua5.4-dev"])]),
        .target(name: "CLua", dependencies: ["CLuaSys"]),

        .target(
            name: "Trace", dependencies: ["CPrefetch", .product(name: "OrderedCollections", package: "swift-collections")]),
        .target(name: "LanguageModels", dependencies: ["Trace", "CCurl"]),
        .target(name: "Debugging", dependencies: ["Trace"]),
        .target(name: "SessionStore", dependencies: ["Debugging", "Trace", .product(name: "GRDB", package: "GRDB.swift")]),
        .target(name: "Workflows", dependencies: ["Debugging", "Trace", "CLua"]),
        .target(
            name: "PythonPrograms",
            dependencies: ["Debugging", "Trace", .product(name: "OrderedCollections", package: "swift-collections")],
            // Links to what runs in the programs: an installed Tracescope has no repository beside it.
            resources: [.embedInCode("Agent")]),
        .target(
            name: "Inspector",
            dependencies: ["Debugging", "Trace", .product(name: "TOMLKit", package: "TOMLKit")],
            // A link to themes/: an installed program has no repository beside it.
            resources: [.embedInCode("Themes/Builtin")]),
        .target(
            name: "TerminalScreen",
            dependencies: ["Inspector", "Debugging", "Trace", "CNcurses", .product(name: "TOMLKit", package: "TOMLKit")]),
        .target(name: "TraceInspector", dependencies: ["TerminalScreen", "Inspector", "SessionStore", "Debugging", "Trace"]),
        .executableTarget(
            name: "tracescope",
            dependencies: [
                "Trace", "LanguageModels", "Debugging", "SessionStore", "Workflows", "PythonPrograms", "Inspector", "TerminalScreen",
                "CNcurses",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            resources: [.embedInCode("Demonstration")]),

        .executableTarget(
            name: "bench",
            dependencies: [
                "Trace", "Debugging", "Workflows", "PythonPrograms", "SessionStore", "Inspector",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks", exclude: ["reference.py", "requirements.txt"]),
        .executableTarget(name: "swift-workflow", dependencies: ["Trace", "TraceInspector"], path: "Examples/SwiftWorkflow"),

        // A program that asks one model, for tests of what the environment decides.
        .executableTarget(name: "ask-model", dependencies: ["LanguageModels", "Trace"], path: "Tests/AskModel"),
        // A program that opens the inspector on itself, for tests in a terminal.
        .executableTarget(name: "inspected-program", dependencies: ["Trace", "TraceInspector"], path: "Tests/InspectedProgram"),
        // What several targets' tests share.
        .target(name: "TestSupport", dependencies: ["Debugging", "Trace"], path: "Tests/Support"),
        .testTarget(name: "CNcursesTests", dependencies: ["CNcurses"]),
        .testTarget(name: "CLuaTests", dependencies: ["CLua"]),
        .testTarget(
            name: "TraceTests",
            dependencies: [
                "Trace", "Debugging", "TestSupport", "swift-workflow", .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            exclude: ["Conformance/Recorded"]),
        .testTarget(name: "LanguageModelsTests", dependencies: ["LanguageModels", "Trace", "TestSupport", "ask-model"]),
        .testTarget(
            name: "DebuggingTests", dependencies: ["Debugging", "SessionStore", "Workflows", "TestSupport"], exclude: ["Problems/Correct"]),
        .testTarget(
            name: "SessionStoreTests",
            dependencies: ["SessionStore", "Workflows", "TestSupport", .product(name: "GRDB", package: "GRDB.swift")]),
        .testTarget(name: "WorkflowsTests", dependencies: ["Workflows", "TestSupport"]),
        .testTarget(name: "PythonProgramsTests", dependencies: ["PythonPrograms", "SessionStore", "TestSupport"], exclude: ["Recorded"]),
        .testTarget(name: "TraceInspectorTests", dependencies: ["TraceInspector", "Debugging", "Trace", "TestSupport"]),
        .testTarget(name: "InspectorTests", dependencies: ["Inspector", "Workflows", "TestSupport"], exclude: ["Golden"]),
        .testTarget(name: "TerminalScreenTests", dependencies: ["TerminalScreen", "Inspector", "Trace"]),
        .testTarget(name: "EndToEndTests", dependencies: ["inspected-program", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu11
)
