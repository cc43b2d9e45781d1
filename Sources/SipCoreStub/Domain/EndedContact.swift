internal import Nhss

/// A contact that is not registered any more.
struct EndedContact: Sendable {
    /// The public identity that it was a contact of.
    let impu: IMPU
    let contact: RegisteredContact
    let end: ContactEnd
}
