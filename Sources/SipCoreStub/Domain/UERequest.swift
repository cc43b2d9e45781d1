internal import Nhss
internal import SIP

/// A REGISTER of a UE as the registrar takes it, whether it came over SIP or as JSON.
struct UERequest: Sendable {
    var user: UserIdentities
    /// Where the request came from; nil where nobody knows.
    var source: SourceAddress?
    /// The address with the port; nil where nobody knows.
    var flow: SIPEndpoint?
    /// Of the connection that the request came over; nil where there is none.
    var mark: ContactMark?
    /// Nil where a JSON client names none: then the nonce alone tells which challenge is answered.
    var callID: [UInt8]?
    /// The order among the requests of one Call-ID; nil where a JSON client names none: then it is the order in which they come.
    var cSeq: UInt32?
    var contacts: SIPContacts
    /// The registration time in seconds for contacts that name none of their own.
    var expires: UInt32?
    /// The Path values in order, which the answer repeats (RFC 3327 §5.3).
    var path: [[UInt8]]
    /// Whether the UE knows several flows (RFC 5626).
    var supportsOutbound = false
    var credentials: DigestCredentials?
    var requestURI: [UInt8]
    /// The trace that the UE names, if it names one.
    var trace: TraceParent?
}

extension UERequest {
    /// Whether every contact of the request is to end.
    var isDeregistration: Bool {
        switch contacts {
        case .all: true
        case .list(let list): !list.isEmpty && list.allSatisfy { ($0.expires ?? expires) == 0 }
        }
    }
}
