internal import Base

/// The challenges that wait for their answers, a few for each user.
///
/// A user has several because anybody can send a REGISTER in the name of the user: a challenge that such a request brings about must not end
/// the challenge that the real UE is about to answer. This deviates from TS 33.203 §6.1.2.3, which keeps one authentication for each user,
/// and supposes that a P-CSCF with IPsec stands in front.
///
/// A user with the most challenges allowed loses the oldest of the source that has the most of them, so that a sender who asks again
/// and again takes the place of its own challenges only.
struct ChallengeTable: Sendable {
    private let perUserMax: Int
    private var challenges: ExpiringTable<UInt64, OpenChallenge>
    /// The numbers of the challenges of each user, oldest first. Some may have expired or given way.
    private var numbers: [UserIdentities: [UInt64]] = [:]
    private var lastNumber: UInt64 = 0

    init(timeToLive: Duration, countMax: Int, perUserMax: Int) {
        precondition(perUserMax > 0)
        self.perUserMax = perUserMax
        challenges = ExpiringTable(timeToLive: timeToLive, countMax: countMax)
    }

    var count: Int { challenges.count }

    mutating func insert(_ challenge: OpenChallenge, for user: UserIdentities, at now: Instant) {
        var own = (numbers[user] ?? []).filter { challenges.value(for: $0, at: now) != nil }
        if own.count >= perUserMax { removeOne(of: &own, makingRoomFor: challenge.source, at: now) }
        lastNumber += 1
        challenges.insert(challenge, for: lastNumber, at: now)
        own.append(lastNumber)
        numbers[user] = own
    }

    /// Takes the challenge that a request answers out of the table: it can be answered once only, even if the answer is wrong.
    /// - Parameter callID: nil where the request has none; then the nonce alone decides.
    /// - Returns: nil where the user has no such challenge. Then nothing has changed.
    mutating func take(nonce: [UInt8], callID: [UInt8]?, of user: UserIdentities, at now: Instant) -> OpenChallenge? {
        guard let own = numbers[user] else { return nil }
        for (index, number) in own.enumerated() {
            guard let challenge = challenges.value(for: number, at: now), challenge.nonce == nonce, challenge.callID == callID ?? challenge.callID
            else { continue }
            challenges.remove(number)
            numbers[user]?.remove(at: index)
            if own.count == 1 { numbers[user] = nil }
            return challenge
        }
        return nil
    }

    /// Whether a challenge of the user with this nonce waits for its answer.
    func isWaiting(nonce: [UInt8], of user: UserIdentities, at now: Instant) -> Bool {
        numbers[user]?.contains { challenges.value(for: $0, at: now)?.nonce == nonce } ?? false
    }

    mutating func removeAll(of user: UserIdentities) {
        for number in numbers.removeValue(forKey: user) ?? [] { challenges.remove(number) }
    }

    mutating func removeExpired(at now: Instant) {
        challenges.removeExpired(at: now)
        for (user, own) in numbers {
            let left = own.filter { challenges.value(for: $0, at: now) != nil }
            if left.count < own.count { numbers[user] = left.isEmpty ? nil : left }
        }
    }

    private mutating func removeOne(of own: inout [UInt64], makingRoomFor source: SourceAddress?, at now: Instant) {
        let sources = own.map { challenges.value(for: $0, at: now)?.source }
        var counts: [SourceAddress?: Int] = [source: 1]
        for source in sources { counts[source, default: 0] += 1 }
        let most = counts.values.max() ?? 0
        guard let index = sources.firstIndex(where: { counts[$0] == most }) ?? sources.indices.first else { return }
        challenges.remove(own.remove(at: index))
    }
}
