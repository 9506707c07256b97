import Foundation
import Testing

@testable import Trace

/// Files of earlier versions of the format can be read.
@Suite struct OldArchiveTests {
    /// The third version's bytes of a run in which a tuner made three steps of p and q without a zero in between: each proposal names all
    /// that it consumed, also what the one before it did, and the checksum goes byte by byte.
    private static let third = """
        VFNBA24ADZcBAXAcW1BhcmFtZXRlck5vZGVdIEEgcGFyYW1ldGVyLgFxA2ludA9bTm9kZV0gQSB2YWx1ZS4IbXVsdGlwbHkeW211bHRpcGx5XSBNdWx0aXBsaWVz
        IHggYW5kIHkuAXgBeQZkb3VibGUWW2RvdWJsZV0gQ2FsbHMgZG91YmxlLgNhZGQTW2FkZF0gQWRkcyB4IGFuZCB5LmwACEgHb2xkLmx1YQIHb2xkLmx1YQQHb2xk
        Lmx1YQYHb2xkLmx1YQwHb2xkLmx1YQgHb2xkLmx1YQ4Hb2xkLmx1YRIHb2xkLmx1YRRiAAEMBmRvdWJsZQABAAEATgAUuAIBAAADAgEAAAAAAQEBAgAFA3R3bwEA
        AAAAAgIAAAEDAgEAAQAAAAABAAABBAQAAwADBAQAAAABBQUCBQADBAYCBwIIAwAAAQYFAgkAAwQKAQcAAQABAAEAAAAAAAcEAAMBAwIEAAAAAAgEAgsAAwYMAgcF
        CAYAAAAJBAAAAgMCAQABAAAAAAEAAAIUBAADAgMEBAAAAAIVBQIFAQMEBgIHCAgJAAACFgUCCQEDBAoBBwABAAEAAQEAAAAAFwQAAwMDBAQAAAAAGAQCCwEDCAwC
        BwsIDAAAABkEAAADAwIBAAEAAAAAAQAAAyQEAAMEAwQEAAAAAyUFAgUCAwQGAgcOCA8AAAMmBQIJAgMECgEHAAEAAQABAgAAAAAnBAADBQMGBAAAAAAoBAILAgMK
        DAIHEQgSAAAAKQRjAAMnAAACBQEEAQUAAQIAAAEACAsBCgELAAEIAAACAA4RARABEQABDgAATwABPwV0dW5lcgZjdXN0b20CAAEBBXR1bmVyAAAAAAAAAAGAQAIB
        CghtYWpvcml0eQLNzMzMzMz0PwAAAAAAAAAAA0IAA1QHAQAFBmxhcmdlcgAKAQdvbGQubHVhDAIHBQABDQEABQZsYXJnZXIAGgEHb2xkLmx1YQwCDQsAARMBAAUG
        bGFyZ2VyACoBB29sZC5sdWEMAhMRAAFlAAw8BwABCwAFCAEMAAYIAQ0AAAYBDwANAAIbAAsOAhwADA4CHQAADAIfABMAAysAERQDLAASFAMtAAASAy8AegABEgAA
        AQADAwcLAQdvbGQubHVhEnAAA6cBAAABA3A6MAQAAAAAAAAEQBkyLjUgaXMgYSBmbG9hdCBhbmQgbm8gaW50AQEAAAAAEQEDAAIAAAABA3A6MAQAAAAAAAAEQBky
        LjUgaXMgYSBmbG9hdCBhbmQgbm8gaW50AQEAAAAAIQIDBwAEAQAAAAEDcDowBAAAAAAAAARAGTIuNSBpcyBhIGZsb2F0IGFuZCBubyBpbnQBAQAAAAAxAwMHCwAG
        AQF0AAIQCGNvbnRpbnVlBmRvbmUJMUwAN60BDwAAAAABAAECAQADAAIEAAMFAAQFAAUEAAYEAAcEAgEEAwAEAwEEAwIEBAcBBAMDBAQFAQQHAAYIAAYLAAEGAAgE
        AAkFAAoFAAsEAAwEAA0EAgIEAwQEAwUEAwYEBA0CBAMHBAQLAgQHAQYIAAYLAAIGAA4EAA8FABAFABEEABIEABMEAgMEAwgEAwkEAwoEBBMDBAMLBAQRAwQHAgYI
        AAYLAAMGBQAHDgEIEwDYDTlO9NfVfw==
        """

    /// The seventh version's bytes of a run in which two entries were dropped by hand, with an event for each.
    private static let seventh = """
        VFNBB24ABz0BYRxbUGFyYW1ldGVyTm9kZV0gQSBwYXJhbWV0ZXIuAWIDYWRkE1thZGRdIEFkZHMgeCBhbmQgeS4BeAF5bAAGNgdvbGQubHVhAgdvbGQubHVhBAdvbGQu
        bHVhCAdvbGQubHVhCgdvbGQubHVhDAdvbGQubHVhDk4AAygBAAADAgEAAAAAAQEBAgADBAEAAAAAAgICAwADBgQCBQAGAQAAAAMDQgACMwIABQZsb25nZXIBBAEHb2xk
        Lmx1YQoBAAECAAUHc2hvcnRlcgEJAQdvbGQubHVhDAEAAXQAAxoHdW50aWwgNwhkcm9wIGEgMghkcm9wIGIgMWgABAgOARAAEAESAEwADjAPAAAAAAEAAQIAAgMCAQQD
        AgABAAQWAQQCAgUDAgACAAUWAgUPAQAGBAYPAgAGAgYS4zZC/kfN7Q==
        """

    private var bytes: [UInt8] { get throws { Array(try #require(Data(base64Encoded: Self.third, options: .ignoreUnknownCharacters))) } }

    private func read(_ bytes: [UInt8]) throws -> GraphRecord {
        var reader = RecordReader()
        try reader.read(bytes)
        return try reader.finish()
    }

    @Test func theThirdVersionComesBack() throws {
        let bytes = try bytes, record = try read(bytes)
        #expect(bytes[3] == 3)
        #expect(record.log.count == 55 && record.backwards.count == 3)
        #expect(record.proposals.map { record.consumed(by: $0).count } == [1, 2, 3])
        #expect(record.proposals.map(\.previous) == [nil, 0, 1])
        #expect(record.fold(from: GraphState(), to: 55) { _ in GraphState() }.steps == [3])
    }

    @Test func anEventDroppedOneEntryBeforeTheEighthVersion() throws {
        let bytes = Array(try #require(Data(base64Encoded: Self.seventh, options: .ignoreUnknownCharacters))), record = try read(bytes)
        #expect(bytes[3] == 7)
        #expect(record.selections.map { $0 } == [[4], [2]])
        #expect(record.log.filter { if case .drop = $0.event { true } else { false } }.count == 2)
        let state = record.fold(from: GraphState(), to: record.log.count) { _ in GraphState() }
        #expect([NodeID(0), NodeID(1)].map { state.feedback[$0]?.entries } == [[1], [5]])
        let again = try read(try record.archived())
        #expect(again.log.indices.allSatisfy { again.hasSameEvent($0, as: record) })
    }

    @Test func itIsWrittenInTheNewOne() throws {
        let record = try read(bytes), again = try record.archived(), back = try read(again)
        #expect(again[3] == UInt8(Archive.version))
        #expect(try back.archived() == again)
        for event in record.log.indices { #expect(back.hasSameEvent(event, as: record), "event \(event)") }
    }

    @Test func itsChecksumIsItsOwn() throws {
        var changed = try bytes
        changed[changed.count / 2] ^= 1
        #expect(throws: ArchiveError.damaged("the checksum")) { try read(changed) }
        changed = try bytes
        changed[3] = UInt8(Archive.version)
        #expect(throws: ArchiveError.damaged("the checksum")) { try read(changed) }
    }

    /// Each byte counts, wherever it is in its word.
    @Test func aByteThatWasChangedIsFound() throws {
        let whole = (0..<45).map { UInt8($0) }
        for length in 30...45 {
            let bytes = whole[..<length], sum = ArchiveWriter.checksum(bytes)
            for place in bytes.indices {
                var changed = bytes
                changed[place] ^= 0x80
                #expect(ArchiveWriter.checksum(changed) != sum)
            }
            #expect(ArchiveWriter.checksum(bytes + [0]) != sum)
        }
    }
}
