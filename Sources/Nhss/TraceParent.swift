internal import Octets

/// Where in which trace a call stands (W3C Trace Context §3.2, the `traceparent` field).
package struct TraceParent: Sendable, Hashable {
    /// 16 octets as one number, not zero.
    package let traceID: UInt128
    /// 8 octets as one number, not zero.
    package let spanID: UInt64
    package let flags: UInt8

    /// Starts a trace.
    /// - Parameter random: evenly spread values, a fresh one each call.
    package init(random: () -> UInt64) {
        traceID = UInt128(random()) << 64 | UInt128(random() | 1)
        spanID = random() | 1
        // Sampled, and the trace id is random (W3C Trace Context level 2 §3.2.2.5).
        flags = 0x03
    }

    /// - Returns: nil for a field that is malformed, whose trace must then be restarted (§3.2.2.1 and §4.3).
    package init?(parsing field: some Collection<UInt8>) {
        guard TraceParent.octetCount...TraceParent.fieldBytesMax ~= field.count else { return nil }
        let field = Array(field)
        guard field[2] == TraceParent.hyphen, field[35] == TraceParent.hyphen, field[52] == TraceParent.hyphen else { return nil }
        guard let version: UInt8 = Hex.lowerCaseNumber(field[..<2]), let trace: UInt128 = Hex.lowerCaseNumber(field[3..<35]),
            let span: UInt64 = Hex.lowerCaseNumber(field[36..<52]), let flags: UInt8 = Hex.lowerCaseNumber(field[53..<55])
        else { return nil }
        // What a version above 00 adds stands behind a further hyphen.
        let hasMore = field.count > TraceParent.octetCount
        guard version != 0xff, !hasMore || version > 0 && field[55] == TraceParent.hyphen, trace != 0, span != 0 else { return nil }
        self.init(traceID: trace, spanID: span, flags: version == 0 ? flags : flags & 0x01)
    }

    private init(traceID: UInt128, spanID: UInt64, flags: UInt8) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
    }

    /// The next hop's place in the same trace.
    package func child(random: () -> UInt64) -> TraceParent {
        TraceParent(traceID: traceID, spanID: random() | 1, flags: flags)
    }

    /// The field's value, version 00.
    package var text: String {
        var field = Array("00-".utf8)
        field.reserveCapacity(TraceParent.octetCount)
        field += Hex.encodeBytes(number: traceID)
        field.append(TraceParent.hyphen)
        field += Hex.encodeBytes(number: spanID)
        field.append(TraceParent.hyphen)
        field += Hex.encodeBytes(number: flags)
        return String(decoding: field, as: UTF8.self)
    }

    /// 32 lower-case hexadecimal digits, as logs and `?trace=` name it.
    package var traceIDText: String { String(decoding: Hex.encodeBytes(number: traceID), as: UTF8.self) }

    /// Of version 00.
    private static let octetCount = 55
    private static let fieldBytesMax = 512
    private static let hyphen = UInt8(ascii: "-")
}
