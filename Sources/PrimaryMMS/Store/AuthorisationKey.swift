internal import Nhss

/// What names an authorisation: a user and the partner system.
struct AuthorisationKey: Hashable, Sendable {
    let impi: IMPI
    let systemID: SystemID

    /// Only the user's: one user has few partner systems, and each question pays for what is hashed.
    func hash(into hasher: inout Hasher) { hasher.combine(impi) }
}

/// Where a page of authorisations begins: after this pair of texts, which need not be that of an authorisation.
struct AuthorisationCursor: Sendable, Equatable {
    let impi: String
    let systemID: String

    static let start = AuthorisationCursor(impi: "", systemID: "")
}
