internal import Base
internal import Nhss
internal import SIP

/// Bounds how many challenges are made in the name of one private identity, because each uses up a sequence number of the user's home, and so that
/// nobody can use up what the real user needs.
///
/// A Call-ID by which the user has authenticated has the whole rate for itself, and so has an address. Within what an address has, attempts that
/// nobody has authenticated for may spend an eighth of the rate, because strangers can be at that address too. Another eighth is for all other
/// addresses. So strangers spend a quarter of the rate at most, and leave room at the next server with the same bound even where several
/// cores ask it. An attempt gives back what it has taken once the user has authenticated.
///
/// The two eighths are buckets that many senders share. The more a sender has taken lately, the fuller the bucket has to be
/// for the next token. So senders that go on asking leave tokens for those that have hardly asked, and lose nothing where nobody else
/// asks. Each address has a credit, and each flow has one: a flow that floods leaves tokens for other flows from the same address, and an
/// address that floods from many ports leaves tokens for other addresses.
struct ChallengeRate: Sendable {
    private enum Holder: Hashable, Sendable {
        case callID(IMPI, [UInt8])
        /// An address that the user has authenticated from.
        case address(IMPI, SourceAddress?)
        /// Attempts that nobody has authenticated for.
        case unproven(IMPI, isFromKnownAddress: Bool)
        case addressCredit(IMPI, SourceAddress?)
        case flowCredit(IMPI, SIPEndpoint?)
    }

    /// A share of the rate that senders have in common.
    private struct Shared {
        let holder: Holder
        let rate: TokenRate
    }

    private let rate: TokenRate?
    private let bucketsMax: Int
    private let addressCredit: TokenRate
    private let flowCredit: TokenRate
    private var buckets: [Holder: TokenBucket] = [:]

    init(_ limits: SipCoreLimits) {
        rate = limits.userRate
        bucketsMax = limits.rateBucketsMax
        let perSecond = 1 / Double(limits.creditTime.components.seconds)
        addressCredit = TokenRate(perSecond: perSecond, burst: Double(limits.addressCreditMax))
        flowCredit = TokenRate(perSecond: perSecond, burst: Double(limits.flowCreditMax))
    }

    /// Takes a token for a challenge.
    /// - Throws: `.tooManyAttempts` with the time to wait.
    mutating func admit(_ sender: RequestSender, _ standing: KnownSenders.Standing, at now: Instant) throws(Refusal) {
        guard let rate else { return }
        buckets.makeRoom(countMax: bucketsMax, at: now)
        guard let missing = take(sender, standing, rate, now) else { return }
        throw Refusal(.tooManyAttempts, "too many attempts in the name of the user from this address, or from all", retryAfter: missing)
    }

    /// Gives back what an attempt of the user has taken of the shares of others.
    /// - Parameter standing: of the sender before the user authenticated.
    mutating func noteAuthenticated(_ sender: RequestSender, _ standing: KnownSenders.Standing, at now: Instant) {
        guard let rate, standing != .callID else { return }
        let shared = ChallengeRate.shared(sender, standing, rate)
        buckets[shared.holder]?.giveBack(1, shared.rate, at: now)
        buckets[.addressCredit(sender.impi, sender.source)]?.giveBack(1, addressCredit, at: now)
        buckets[.flowCredit(sender.impi, sender.flow)]?.giveBack(1, flowCredit, at: now)
    }

    /// - Returns: nil where the tokens were taken, else the time until they are there. Then none was taken.
    private mutating func take(_ sender: RequestSender, _ standing: KnownSenders.Standing, _ rate: TokenRate, _ now: Instant) -> Duration? {
        switch standing {
        case .callID: return take(.callID(sender.impi, sender.callID ?? []), rate, now)
        case .stranger: return takeShared(sender, ChallengeRate.shared(sender, standing, rate), now)
        case .address:
            let own = Holder.address(sender.impi, sender.source)
            if level(own, rate, now) >= 1, let missing = takeShared(sender, ChallengeRate.shared(sender, standing, rate), now) { return missing }
            return take(own, rate, now)
        }
    }

    private static func shared(_ sender: RequestSender, _ standing: KnownSenders.Standing, _ rate: TokenRate) -> Shared {
        switch standing {
        case .callID, .address:
            Shared(holder: .unproven(sender.impi, isFromKnownAddress: true), rate: rate.share(ofRate: 0.125, ofBurst: 0.75))
        case .stranger: Shared(holder: .unproven(sender.impi, isFromKnownAddress: false), rate: rate.share(ofRate: 0.125, ofBurst: 0.5))
        }
    }

    /// Takes a token of what many senders share, where as many are there as the credit of the sender needs: one for a sender that has all
    /// of it, a full bucket for a sender that has none left.
    private mutating func takeShared(_ sender: RequestSender, _ shared: Shared, _ now: Instant) -> Duration? {
        let address = Holder.addressCredit(sender.impi, sender.source)
        let flow = Holder.flowCredit(sender.impi, sender.flow)
        let all = addressCredit.burst + flowCredit.burst
        let used = all - level(address, addressCredit, now) - level(flow, flowCredit, now)
        let needed = 1 + (shared.rate.burst - 1) * used / all
        let missing = needed - level(shared.holder, shared.rate, now)
        guard missing <= 0 else { return .seconds(missing / shared.rate.perSecond) }
        _ = take(shared.holder, shared.rate, now)
        _ = take(address, addressCredit, now)
        _ = take(flow, flowCredit, now)
        return nil
    }

    private func level(_ holder: Holder, _ rate: TokenRate, _ now: Instant) -> Double { buckets[holder]?.level(rate, at: now) ?? rate.burst }

    private mutating func take(_ holder: Holder, _ rate: TokenRate, _ now: Instant) -> Duration? {
        buckets[holder, default: TokenBucket(rate, at: now)].take(1, rate, at: now)
    }
}
