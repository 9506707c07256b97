/// The reason why the bytes of an archive cannot be read, or a record cannot be written as bytes.
public enum ArchiveError: Error, Hashable, Sendable {
    /// The bytes are not an archive.
    case notAnArchive
    /// They were written by a later version, whose number this is.
    case newer(Int)
    /// They are inconsistent; with the table that was being read.
    case damaged(String)
    /// A value is nested too deeply to be written.
    case tooDeep
}

/// Writes numbers and texts as bytes: numbers in groups of seven bits, the lowest first.
struct ArchiveWriter {
    private(set) var bytes: [UInt8] = []

    mutating func byte(_ byte: UInt8) { bytes.append(byte) }

    mutating func append(_ more: [UInt8]) { bytes += more }

    mutating func count(_ number: Int) {
        var rest = UInt64(bitPattern: Int64(number))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// A number that may be negative: small ones take little room.
    mutating func int(_ number: Int) { count((number << 1) ^ (number >> 63)) }

    mutating func bool(_ bool: Bool) { bytes.append(bool ? 1 : 0) }

    mutating func double(_ number: Double) {
        var rest = number.bitPattern
        for _ in 0..<8 {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    mutating func string(_ string: String) {
        count(string.utf8.count)
        bytes += string.utf8
    }

    mutating func optional<T>(_ value: T?, _ write: (inout ArchiveWriter, T) -> Void) {
        bool(value != nil)
        if let value { write(&self, value) }
    }

    mutating func list<T>(_ values: some Collection<T>, _ write: (inout ArchiveWriter, T) throws(ArchiveError) -> Void)
        throws(ArchiveError)
    {
        count(values.count)
        for value in values { try write(&self, value) }
    }

    /// FNV-1a, which detects accidental changes of the bytes: from the fifth version on by words of eight bytes, the last one filled up
    /// with zeros, and the number of bytes; before that byte by byte.
    static func checksum(_ bytes: ArraySlice<UInt8>, version: Int = Archive.version) -> UInt64 {
        let prime: UInt64 = 0x0000_0100_0000_01b3
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325
        bytes.withUnsafeBytes { bytes in
            guard version >= 5 else { return sum = bytes.reduce(sum) { ($0 ^ UInt64($1)) &* prime } }
            let whole = bytes.count & ~7
            func take(_ word: UInt64) {
                sum = (sum ^ word) &* prime
                // The product carries bits up alone; this brings them down.
                sum ^= sum >> 32
            }
            for place in stride(from: 0, to: whole, by: 8) {
                take(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
            }
            take(bytes[whole...].reversed().reduce(0) { $0 << 8 | UInt64($1) })
            take(UInt64(bytes.count))
        }
        return sum
    }
}

/// Reads what `ArchiveWriter` wrote. Whatever the bytes are, it returns values or an error, and never allocates more than their size.
struct ArchiveReader {
    private let bytes: [UInt8]
    private var at: Int
    private let end: Int
    /// The part that is being read, for messages.
    var what = "the beginning"
    /// The version of the format that they are in.
    var version = Archive.version
    /// The references of the rows read so far.
    var references = ArchiveReferences()

    init(_ bytes: [UInt8], from start: Int = 0, to end: Int? = nil) {
        self.bytes = bytes
        at = start
        self.end = end ?? bytes.count
    }

    var isAtEnd: Bool { at == end }

    func damaged() -> ArchiveError { .damaged(what) }

    @inline(__always)
    mutating func byte() throws(ArchiveError) -> UInt8 {
        guard at < end else { throw damaged() }
        defer { at += 1 }
        return bytes[at]
    }

    /// A number as it was written, whatever its sign.
    @inline(__always)
    private mutating func number() throws(ArchiveError) -> Int {
        // Most are small.
        if at < end, bytes[at] < 0x80 { return Int(try byte()) }
        return try longNumber()
    }

    private mutating func longNumber() throws(ArchiveError) -> Int {
        var result: UInt64 = 0, shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 63 || (shift == 63 && next <= 1) else { throw damaged() }
            result |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return Int(Int64(bitPattern: result)) }
            shift += 7
        }
    }

    @inline(__always)
    mutating func count() throws(ArchiveError) -> Int {
        let number = try number()
        guard number >= 0 else { throw damaged() }
        return number
    }

    /// A number of things that follow, each of which takes at least a byte.
    mutating func length() throws(ArchiveError) -> Int {
        let number = try count()
        guard number <= end - at else { throw damaged() }
        return number
    }

    mutating func int() throws(ArchiveError) -> Int {
        let raw = UInt64(bitPattern: Int64(try number()))
        return Int(Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1))
    }

    mutating func int32() throws(ArchiveError) -> Int32 {
        guard let number = Int32(exactly: try int()) else { throw damaged() }
        return number
    }

    mutating func bool() throws(ArchiveError) -> Bool {
        switch try byte() {
        case 0: return false
        case 1: return true
        default: throw damaged()
        }
    }

    mutating func double() throws(ArchiveError) -> Double {
        var bits: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bits |= UInt64(try byte()) << shift }
        return Double(bitPattern: bits)
    }

    mutating func string() throws(ArchiveError) -> String {
        let count = try length()
        defer { at += count }
        guard let string = String(validating: bytes[at..<at + count], as: UTF8.self) else { throw damaged() }
        return string
    }

    mutating func optional<T>(_ read: (inout ArchiveReader) throws(ArchiveError) -> T) throws(ArchiveError) -> T? {
        try bool() ? try read(&self) : nil
    }

    mutating func list<T>(_ read: (inout ArchiveReader) throws(ArchiveError) -> T) throws(ArchiveError) -> [T] {
        let count = try length()
        var out: [T] = []
        out.reserveCapacity(min(count, 1 << 16))
        for _ in 0..<count { out.append(try read(&self)) }
        return out
    }

    /// One of the cases of an enumeration by the raw value that was written.
    mutating func choice<T: RawRepresentable<String>>(_ type: T.Type) throws(ArchiveError) -> T {
        guard let value = T(rawValue: try string()) else { throw damaged() }
        return value
    }

    /// A reader of the bytes that come next, which are passed over.
    mutating func part() throws(ArchiveError) -> ArchiveReader {
        let count = try length()
        var part = ArchiveReader(bytes, from: at, to: at + count)
        part.what = what
        part.version = version
        at += count
        return part
    }
}
