internal import Base

/// The CSeq field, which numbers the requests of a dialog or registration.
package struct SIPCSeq: Sendable, Hashable {
    /// The number, below 2^31 (RFC 3261 §8.1.1.5).
    package static let numberMax: UInt32 = 0x7fff_ffff

    package let number: UInt32
    package let method: SIPMethod

    package init(_ number: UInt32, _ method: SIPMethod) {
        precondition(number <= Self.numberMax, "CSeq must be below 2^31")
        self.number = number
        self.method = method
    }

    package var bytes: [UInt8] { Array(String(number).utf8) + [ASCII.space] + method.bytes }
}

extension SIPCSeq {
    /// Reads `1*DIGIT LWS Method`.
    init(from scanner: inout FieldScanner) throws(SIPParseError) {
        number = try scanner.number(upTo: Self.numberMax, "the sequence number")
        guard let blank = scanner.next, ASCII.isBlank(blank) else { throw scanner.failure(.badHeaderValue, "expected a blank before the method") }
        scanner.skipBlanks()
        guard let method = SIPMethod(try scanner.token("a method")) else { throw scanner.failure(.badHeaderValue, "expected a method") }
        self.method = method
    }
}
