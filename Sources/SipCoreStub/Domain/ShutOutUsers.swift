internal import Base
internal import Nhss

/// The users who were shut out of late, and the registrations that wait for the disk meanwhile, which a notice has to end as well.
struct ShutOutUsers: Sendable {
    /// When users were last shut out.
    private var shutOuts: ExpiringTable<IMPI, Instant>
    private var registering: [IMPI: Set<IMPU>] = [:]

    init(_ limits: SipCoreLimits) {
        shutOuts = ExpiringTable(
            timeToLive: limits.challengeTime + limits.unsentVectorTime + limits.questionTime, countMax: limits.challengesMax)
    }

    /// - Returns: the identities of the user that are being registered.
    mutating func shutOut(_ impi: IMPI, at now: Instant) -> Set<IMPU> {
        shutOuts.insert(now, for: impi, at: now)
        return registering[impi, default: []]
    }

    /// Whether the user has been shut out since a question about them was asked: the answer is void then.
    func isVoid(_ impi: IMPI, since asked: Instant, at now: Instant) -> Bool { shutOuts.value(for: impi, at: now).map { asked < $0 } ?? false }

    mutating func beginRegistering(_ impus: [IMPU], of impi: IMPI) { registering[impi, default: []].formUnion(impus) }

    mutating func endRegistering(_ impus: [IMPU], of impi: IMPI) {
        registering[impi]?.subtract(impus)
        if registering[impi]?.isEmpty ?? false { registering[impi] = nil }
    }
}
