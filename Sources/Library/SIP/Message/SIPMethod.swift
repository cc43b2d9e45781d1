/// A request method, a token that is compared with case (RFC 3261 §7.1).
package struct SIPMethod: Sendable, Hashable {
    package let bytes: [UInt8]

    /// - Returns: nil when the bytes are not a token.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.isToken else { return nil }
        self.bytes = Array(bytes)
    }

    private init(known: StaticString) { bytes = Array(known.description.utf8) }

    package static let register = SIPMethod(known: "REGISTER")
    package static let options = SIPMethod(known: "OPTIONS")
    package static let invite = SIPMethod(known: "INVITE")
    package static let ack = SIPMethod(known: "ACK")
    package static let cancel = SIPMethod(known: "CANCEL")
    package static let subscribe = SIPMethod(known: "SUBSCRIBE")
    package static let notify = SIPMethod(known: "NOTIFY")
}

extension SIPMethod: CustomStringConvertible {
    package var description: String { String(decoding: bytes, as: UTF8.self) }
}
