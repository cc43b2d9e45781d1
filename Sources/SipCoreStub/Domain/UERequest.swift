internal import Nhss
internal import SIP

/// What a UE asks of the registrar, whichever way it came.
struct UERequest: Sendable {
    var user: UserIdentities
    /// Nil where the way it came knows none: then the nonce alone says which challenge is answered.
    var callID: [UInt8]?
    /// Orders the requests of one Call-ID.
    var cSeq: UInt32
    var contacts: SIPContacts
    /// Seconds, for contacts that do not say themselves.
    var expires: UInt32?
    /// Path values in order, to be echoed (RFC 3327 §5.3).
    var path: [[UInt8]]
    var credentials: DigestCredentials?
    var requestURI: [UInt8]
    /// The trace the UE names, if it does.
    var trace: TraceParent?
}
