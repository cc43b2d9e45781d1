internal import Base
internal import Nhss
internal import ServiceKit

/// What one migrating user is called in both systems (TS 23.280 §10.1.6.2, precondition d).
///
/// Provisioned, never learnt from traffic. One-to-one: no identity of either side is in two bindings.
struct Binding: Sendable, Equatable {
    struct PublicIdentity: Sendable, Equatable {
        let partner: IMPU
        let primary: IMPU
    }

    let partnerImpi: IMPI
    let primaryImpi: IMPI
    let primarySystemID: SystemID
    /// The first is the default one.
    let publicIdentities: [PublicIdentity]
    /// `mcptt`, `mcvideo`, `mcdata`.
    let services: [String]
    let validity: Validity
    let enabled: Bool

    func primary(of partner: IMPU) -> IMPU? { publicIdentities.first { $0.partner == partner }?.primary }
}

/// Where the questions about a user go. An object: every question of the user is handed the same one.
final class Route: Sendable {
    let binding: Binding
    let system: PrimarySystem

    init(_ binding: Binding, _ system: PrimarySystem) {
        self.binding = binding
        self.system = system
    }
}

/// Where the migration management servers of a primary system are.
struct PrimarySystem: Sendable, Hashable {
    let systemID: SystemID
    /// In the order they are tried.
    let apiRoots: [String]
    let enabled: Bool

    /// By its name alone: there are not two of one name that differ for long.
    func hash(into hasher: inout Hasher) { hasher.combine(systemID) }
}
