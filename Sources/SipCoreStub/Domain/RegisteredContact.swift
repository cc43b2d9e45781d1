internal import Base
internal import Nhss
internal import SIP

/// A contact of a registered public identity: one way to reach the user.
struct RegisteredContact: Sendable {
    /// The contact without `expires`, which changes from second to second.
    let contact: SIPContact
    /// The private identity that registered the contact.
    let impi: IMPI
    /// Nil where the UE keeps one way at a time.
    let flow: ContactFlow?
    let callID: [UInt8]
    let cSeq: UInt32
    let path: [[UInt8]]
    let end: Instant
    /// Where the REGISTER came from; nil where nobody knows.
    var source: SourceAddress?
    /// The public identity in To of the REGISTER that brought the contact. Nil once the contact has been refreshed or has outlived a restart.
    var registeredAs: IMPU?
    /// Of the connection that the REGISTER came over; nil where there was none.
    var mark: ContactMark?
}

/// What has last happened to a contact that is registered, in the words of RFC 3680 §4.7.1.
enum ContactEvent: String, Sendable {
    case registered
    /// It is registered because another identity of its set is (TS 24.229 §5.4.2.1.2).
    case created
    case refreshed
}

extension RegisteredContact {
    /// Whether this one takes the place of another when it is registered.
    ///
    /// A flow takes the place of the same flow only (RFC 5626 §6), and of what the same UE registered at the same URI before it had flows. Without
    /// flows a UE has one contact: a new one takes the place of all others of the same private identity (TS 24.229 §5.1.1.2.1 NOTE 7, §5.4.1.2).
    func replaces(_ other: RegisteredContact) -> Bool {
        let isAtSameURI = contact.uri.isEquivalent(to: other.contact.uri)
        guard let flow else { return impi == other.impi || (isAtSameURI && other.flow == nil) }
        return impi == other.impi && (flow == other.flow || (isAtSameURI && other.flow == nil))
    }

    /// Whether this one is another one as it was before: of the same UE, and at the same place.
    func continues(_ other: RegisteredContact) -> Bool {
        impi == other.impi && flow == other.flow && contact.uri.isEquivalent(to: other.contact.uri)
    }

    /// What has last happened to this contact of a public identity.
    func event(at impu: IMPU) -> ContactEvent { registeredAs.map { $0 == impu ? .registered : .created } ?? .refreshed }

    /// The contact as others may keep it after it has ended.
    var unmarked: RegisteredContact {
        var contact = self
        contact.mark = nil
        return contact
    }

    /// Whether a request to remove this one removes another.
    func removes(_ other: RegisteredContact) -> Bool {
        if let flow { return impi == other.impi && flow == other.flow }
        return contact.uri.isEquivalent(to: other.contact.uri)
    }
}
