internal import Nhss
internal import SIP

/// The sender of a REGISTER, as far as it can be told before anybody has authenticated.
struct RequestSender: Sendable {
    /// The user in whose name the request came.
    let impi: IMPI
    /// Nil where nobody knows.
    let source: SourceAddress?
    /// The address with the port: one socket of the sender, or one connection. Nil where nobody knows.
    let flow: SIPEndpoint?
    /// Nil where the request has none.
    let callID: [UInt8]?
}

extension UERequest {
    /// - Parameter challenge: the one that the request answers, whose Call-ID it has where it names none.
    func sender(answering challenge: OpenChallenge? = nil) -> RequestSender {
        RequestSender(impi: user.impi, source: source, flow: flow, callID: callID ?? challenge?.callID)
    }
}
