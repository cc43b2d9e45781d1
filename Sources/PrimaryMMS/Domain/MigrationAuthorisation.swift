internal import Base
internal import Nhss
internal import ServiceKit

/// The permission of a user of this system to migrate to a partner system (TS 22.280 R-6.17.2-001). Without one, the user may not.
///
/// An object, because every question of the user is handed the same one.
final class MigrationAuthorisation: Sendable {
    let impi: IMPI
    let systemID: SystemID
    /// `mcptt`, `mcvideo`, `mcdata`.
    let services: [String]
    let validity: Validity
    let enabled: Bool

    init(impi: IMPI, systemID: SystemID, services: [String], validity: Validity, enabled: Bool) {
        self.impi = impi
        self.systemID = systemID
        self.services = services
        self.validity = validity
        self.enabled = enabled
    }
}

/// A partner system that may ask. An object, because every question of the system is handed the same one.
final class PartnerSystem: Sendable {
    let systemID: SystemID
    /// Further names in its certificate that stand for it, beside its own.
    let certificateNames: [String]
    /// Vectors a second; nil for no bound.
    let rateLimit: Int?
    let enabled: Bool

    init(systemID: SystemID, certificateNames: [String], rateLimit: Int?, enabled: Bool) {
        self.systemID = systemID
        self.certificateNames = certificateNames
        self.rateLimit = rateLimit
        self.enabled = enabled
    }
}
