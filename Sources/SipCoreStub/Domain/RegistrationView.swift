internal import Nhss

/// What somebody who watches a user sees: the public identities that are registered together and not barred, the default one first.
struct RegistrationView: Sendable {
    struct Identity: Sendable {
        let impu: IMPU
        /// Empty where the identity is not registered.
        let contacts: [RegisteredContact]
    }

    let identities: [Identity]

    /// Whether a private identity still has a contact.
    func hasContact(of impi: IMPI) -> Bool { identities.contains { $0.contacts.contains { $0.impi == impi } } }
}
