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
    let primarySystem: SystemID
    /// The first is the default one.
    let publicIdentities: [PublicIdentity]
    let services: [String]
    let validity: Validity
    let enabled: Bool

    func primary(of partner: IMPU) -> IMPU? { publicIdentities.first { $0.partner == partner }?.primary }
}

/// The primary system of a binding: where its migration management servers are.
struct PrimarySystem: Sendable, Equatable {
    let systemID: SystemID
    /// In the order they are tried.
    let apiRoots: [String]
    let enabled: Bool
}
