internal import Base
internal import SIP

/// A contact of a registered public identity: one way to reach the user.
struct RegisteredContact: Sendable {
    /// The contact without `expires`, which changes from second to second.
    let contact: SIPContact
    let callID: [UInt8]
    let cSeq: UInt32
    let path: [[UInt8]]
    let end: Instant
}
