package import Base

/// The place of a call in a trace (W3C Trace Context §3.2, the `traceparent` field).
package struct TraceParent: Sendable, Hashable {
    /// Not zero.
    package let traceID: TraceID
    /// Not zero.
    package let spanID: UInt64
    package let flags: UInt8

    /// Starts a trace.
    /// - Parameter random: evenly spread values, a fresh one each call.
    package init(random: () -> UInt64) {
        traceID = TraceID(SixteenOctets(high: random(), low: random() | 1))
        spanID = random() | 1
        // Sampled, and the trace id is random (W3C Trace Context level 2 §3.2.2.5).
        flags = 0x03
    }

    /// Goes on with a trace that was begun outside.
    /// - Returns: nil for the identifier that no trace has.
    package init?(continuing traceID: TraceID, random: () -> UInt64) {
        guard !traceID.isZero else { return nil }
        self.init(traceID: traceID, spanID: random() | 1, flags: 0x01)
    }

    /// - Returns: nil for a field that is malformed, whose trace must then be restarted (§3.2.2.1 and §4.3).
    package init?(parsing field: [UInt8]) {
        let hyphen = UInt8(ascii: "-")
        guard TraceParent.fieldBytes...TraceParent.fieldBytesMax ~= field.count else { return nil }
        guard field[2] == hyphen, field[35] == hyphen, field[52] == hyphen else { return nil }
        guard let version = Hex.octet(in: field, at: 0), version != 0xff else { return nil }
        // What a version above 00 adds stands behind a further hyphen.
        guard field.count == TraceParent.fieldBytes || version > 0 && field[TraceParent.fieldBytes] == hyphen else { return nil }
        guard let traceID = TraceID(parsing: field, at: 3), !traceID.isZero else { return nil }
        guard let span = Hex.number(in: field, at: 36), span != 0, let flags = Hex.octet(in: field, at: 53) else { return nil }
        self.traceID = traceID
        spanID = span
        self.flags = version == 0 ? flags : flags & 0x01
    }

    package init?(parsing field: ArraySlice<UInt8>) { self.init(parsing: Array(field)) }

    package init?(parsing field: some Collection<UInt8>) { self.init(parsing: Array(field)) }

    private init(traceID: TraceID, spanID: UInt64, flags: UInt8) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
    }

    /// The next hop's place in the same trace.
    package func child(random: () -> UInt64) -> TraceParent { TraceParent(traceID: traceID, spanID: random() | 1, flags: flags) }

    /// The field's value, version 00.
    package var bytes: [UInt8] {
        var field = TraceParent.form
        Hex.write(traceID.octets.high, to: &field, at: 3)
        Hex.write(traceID.octets.low, to: &field, at: 19)
        Hex.write(spanID, to: &field, at: 36)
        Hex.write(flags, to: &field, at: 53)
        return field
    }

    private static let form = Array("00-00000000000000000000000000000000-0000000000000000-00".utf8)

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The trace identifier as logs and `?trace=` write it: 32 lower-case hexadecimal digits.
    package var traceIDText: String {
        String(decoding: bytes[3..<35], as: UTF8.self)
    }

    /// The length of a field of version 00, and the greatest length of a later version that is read.
    private static let fieldBytes = 55
    private static let fieldBytesMax = 512

    /// The trace id as one number.
    package var traceNumber: UInt128 { traceID.number }
}
