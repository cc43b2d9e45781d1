internal import Nhss
internal import ServiceKit

/// That a user of this system may migrate to a partner system (TS 22.280 R-6.17.2-001). Without one, nobody may.
struct MigrationAuthorisation: Sendable, Equatable {
    let impi: IMPI
    let systemID: SystemID
    /// `mcptt`, `mcvideo`, `mcdata`.
    let services: [String]
    let validity: Validity
    let enabled: Bool
}

/// A partner system that may ask.
struct PartnerSystem: Sendable, Equatable {
    let systemID: SystemID
    /// Names in its certificate that stand for it, besides its own.
    let certificateNames: [String]
    /// Vectors a second; nil for no bound.
    let rateLimit: Int?
    let enabled: Bool
}
