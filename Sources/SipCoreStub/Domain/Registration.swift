internal import Nhss
internal import Store

/// A registered public identity with its contacts.
struct Registration: Sendable {
    let impu: IMPU
    /// The private identity that authenticated last for it.
    var impi: IMPI
    /// The contacts in the order in which they were registered. A registration has at least one.
    var contacts: [RegisteredContact]
    /// Another number after every change, for the entity tag.
    var version: UInt64
    /// What is registered together with it; it alone where that is empty.
    var associated: [AssociatedIdentity] = []
}

extension Registration {
    var set: RegistrationSet { RegistrationSet(of: impu, associated) }

    /// Weak, because a read tells how many seconds are left, and so differs from one second to the next.
    var entityTag: ETag { ETag(weakVersion: Int(clamping: version)) }
}
