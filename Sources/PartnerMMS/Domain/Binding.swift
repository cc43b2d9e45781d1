internal import Base
internal import Callbacks
internal import Nhss
internal import ServiceKit

/// The identities of one migrating user in both systems (TS 23.280 §10.1.6.2, precondition d).
///
/// Bindings are provisioned, never learnt from traffic. They are one-to-one: no identity of either side is in two bindings.
struct Binding: Sendable, Equatable {
    struct PublicIdentity: Sendable, Equatable {
        let partner: IMPU
        let primary: IMPU
        /// Whether this system bars the identity: it is registered with the others and never published (TS 23.228 §4.3.3.4).
        var isBarred = false
    }

    let partnerImpi: IMPI
    let primaryImpi: IMPI
    let primarySystemID: SystemID
    /// The first is the default identity.
    let publicIdentities: [PublicIdentity]
    /// `mcptt`, `mcvideo`, `mcdata`.
    let services: [String]
    let validity: Validity
    let enabled: Bool

    func primary(of partner: IMPU) -> IMPU? { publicIdentities.first { $0.partner == partner }?.primary }

    /// What this system lets the user be registered with. The primary identities are among them: a partner identity that stands for another one
    /// from now on is not the one that was granted.
    var granted: GrantedIdentities {
        GrantedIdentities(
            publicIdentities.flatMap { [AssociatedIdentity($0.partner, isBarred: $0.isBarred), AssociatedIdentity($0.primary, isBarred: true)] })
    }
}

/// The binding of a user with the primary system that the user's questions go to.
///
/// An object, because every question of the user is handed the same one.
final class Route: Sendable {
    let binding: Binding
    let system: PrimarySystem
    /// See `Binding.granted`.
    let granted: GrantedIdentities

    init(_ binding: Binding, _ system: PrimarySystem) {
        self.binding = binding
        self.system = system
        granted = binding.granted
    }
}

/// A primary system, and the roots of its migration management servers.
struct PrimarySystem: Sendable, Hashable {
    let systemID: SystemID
    /// In the order in which they are tried.
    let apiRoots: [String]
    let enabled: Bool

    /// The name alone: two records of one name exist together only while one replaces the other.
    func hash(into hasher: inout Hasher) { hasher.combine(systemID) }
}
