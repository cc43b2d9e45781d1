internal import Nhss

/// What names an authorisation: a user and the partner system.
struct AuthorisationKey: Hashable, Sendable {
    let impi: IMPI
    let systemID: SystemID
}

/// Where a page of authorisations begins: after this pair of texts, which need not be that of an authorisation.
struct AuthorisationCursor: Sendable, Equatable {
    let impi: String
    let systemID: String

    static let start = AuthorisationCursor(impi: "", systemID: "")
}
