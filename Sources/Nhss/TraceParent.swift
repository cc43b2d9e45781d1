internal import Octets

/// Where in which trace a call stands (W3C Trace Context §3.2, the `traceparent` field).
package struct TraceParent: Sendable, Hashable {
    /// 16 octets, not all zero.
    package let traceID: [UInt8]
    /// 8 octets, not all zero.
    package let spanID: [UInt8]
    package let flags: UInt8

    /// Starts a trace.
    /// - Parameter random: evenly spread values, a fresh one each call.
    package init(random: () -> UInt64) {
        traceID = TraceParent.octets(random()) + TraceParent.octets(random() | 1)
        spanID = TraceParent.octets(random() | 1)
        // Sampled, and the trace id is random (W3C Trace Context level 2 §3.2.2.5).
        flags = 0x03
    }

    /// - Returns: nil for a field that is malformed, whose trace must then be restarted (§3.2.2.1 and §4.3).
    package init?(parsing field: some Collection<UInt8>) {
        let parts = Array(field).split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        // What a version above 00 adds stands behind a further hyphen.
        guard parts.count >= 4, parts.prefix(4).map(\.count) == [2, 32, 16, 2], field.count <= TraceParent.fieldBytesMax else { return nil }
        guard parts.prefix(4).allSatisfy({ $0.allSatisfy(TraceParent.isLowerHex) }) else { return nil }
        guard let version = Hex.decode(parts[0])?.first, let trace = Hex.decode(parts[1]), let span = Hex.decode(parts[2]) else { return nil }
        guard let flags = Hex.decode(parts[3])?.first, version != 0xff, version > 0 || parts.count == 4 else { return nil }
        guard trace.contains(where: { $0 != 0 }), span.contains(where: { $0 != 0 }) else { return nil }
        traceID = trace
        spanID = span
        self.flags = version == 0 ? flags : flags & 0x01
    }

    private init(traceID: [UInt8], spanID: [UInt8], flags: UInt8) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
    }

    /// The next hop's place in the same trace.
    package func child(random: () -> UInt64) -> TraceParent {
        TraceParent(traceID: traceID, spanID: TraceParent.octets(random() | 1), flags: flags)
    }

    /// The field's value, version 00.
    package var text: String {
        var field = Array("00-".utf8)
        field.reserveCapacity(55)
        field += Hex.encodeBytes(traceID)
        field.append(UInt8(ascii: "-"))
        field += Hex.encodeBytes(spanID)
        field.append(UInt8(ascii: "-"))
        field += Hex.encodeBytes([flags])
        return String(decoding: field, as: UTF8.self)
    }

    /// 32 lower-case hexadecimal digits, as logs and `?trace=` name it.
    package var traceIDText: String { Hex.encode(traceID) }

    /// The trace id as one number.
    package var traceNumber: UInt128 { traceID.reduce(0) { $0 << 8 | UInt128($1) } }

    private static let fieldBytesMax = 512

    private static func isLowerHex(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
    }

    private static func octets(_ value: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt64($0)) }
    }
}
