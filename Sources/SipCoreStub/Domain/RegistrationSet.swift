internal import Nhss

/// The public identities that are registered and deregistered together (the implicit registration set of TS 24.229 §5.4.1.2.2 and §5.4.1.4).
struct RegistrationSet: Sendable, Equatable {
    /// The default identity first. There is at least one.
    let identities: [AssociatedIdentity]

    /// - Parameter associated: empty where nobody said what belongs together; then the identity is registered alone.
    init(of impu: IMPU, _ associated: [AssociatedIdentity]) {
        identities = associated.contains { $0.impu == impu } ? associated : [AssociatedIdentity(impu)]
    }

    var impus: [IMPU] { identities.map(\.impu) }

    /// The identities that UEs and others may learn of, the default one first.
    var published: [IMPU] { identities.lazy.filter { !$0.isBarred }.map(\.impu) }
}
