internal import Base
internal import SIP

/// One way to reach a registered user.
struct RegisteredContact: Sendable {
    /// Without `expires`: that changes from second to second.
    let contact: SIPContact
    let callID: [UInt8]
    let cSeq: UInt32
    let path: [[UInt8]]
    let end: Instant
}
