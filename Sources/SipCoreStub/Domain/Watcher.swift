internal import Nhss
internal import SIP

/// Somebody who asks to watch the registration of a user.
struct Watcher: Sendable {
    /// The public identity whose registration it is about.
    let impu: IMPU
    /// Who they say they are: From, and P-Asserted-Identity where it is there. No P-CSCF is configured whose word would count, so that this field is
    /// believed no more than From: it never lets anybody in whom From does not.
    let claims: [SIPURI]
    /// Where the request came from.
    let source: SourceAddress
    /// Where they want to be told.
    let contact: SIPURI
}

/// Whether somebody may watch a user.
enum WatchAnswer: Sendable {
    /// They may, as long as this private identity is registered.
    case granted(IMPI, RegistrationView)
    /// The user is not registered.
    case notRegistered
    case forbidden
}

extension Watcher {
    /// Whether they say that they are the user.
    var claimsToBeUser: Bool { claims.allSatisfy { Watcher.identity($0) == impu } }

    /// The contact by whose right they watch; nil where they may not.
    ///
    /// Allowed are the user's own public identities that are not barred and the entities in the Path of the registration (TS 24.229 §5.4.2.1.1). What
    /// anybody says in From proves nothing, and a SUBSCRIBE is not challenged. The address that it comes from proves it: the one from which the
    /// contact was registered, by a REGISTER that was authenticated. That is also the address of the last entity in its Path.
    func contact(of registration: Registration) -> RegisteredContact? {
        let published = registration.set.published
        guard published.contains(impu) else { return nil }
        let own = registration.contacts.filter { contact in
            contact.source == source && claims.allSatisfy { claim in isOwn(claim, published) || Watcher.isEntity(claim, in: contact.path) }
        }
        // Several UEs can share a public identity and an address.
        return own.first { $0.contact.uri.isEquivalent(to: contact) } ?? own.first
    }

    private func isOwn(_ claim: SIPURI, _ published: [IMPU]) -> Bool { Watcher.identity(claim).map(published.contains) ?? false }

    private static func identity(_ uri: SIPURI) -> IMPU? { try? IMPU(uri.text) }

    /// Whether a URI names the host of a Path value. The user part of that value is its matter alone (RFC 3327 §5.3).
    private static func isEntity(_ uri: SIPURI, in path: [[UInt8]]) -> Bool {
        guard uri.isSIP, let host = uri.host else { return false }
        return path.contains { value in (try? SIPHeaders([SIPHeader(.path, value)]).addresses(.path))?.first?.uri.host == host }
    }
}
