internal import Base
internal import Nhss

/// The addresses and the Call-IDs by which users have authenticated, the last few of each user.
///
/// A Call-ID is better than an address: strangers can share the address of a UE, behind an address translator or a proxy, but nobody else knows
/// the Call-ID that the UE registers with (RFC 3261 §10.2.4 wants the same one each time).
struct KnownSenders: Sendable {
    enum Standing: Sendable {
        /// The user has authenticated with this Call-ID.
        case callID
        /// The user has authenticated from this address.
        case address
        case stranger
    }

    /// The last ones last.
    private struct Known {
        var sources: [SourceAddress?] = []
        var callIDs: [[UInt8]] = []
    }

    private let sourcesPerUserMax: Int
    private let callIDsPerUserMax: Int
    private let callIDBytesMax: Int
    private var known: ExpiringTable<IMPI, Known>

    init(_ limits: SipCoreLimits) {
        sourcesPerUserMax = limits.knownSourcesPerUserMax
        callIDsPerUserMax = limits.contactsPerUserMax
        callIDBytesMax = limits.knownCallIDBytesMax
        known = ExpiringTable(timeToLive: limits.knownSourceTime, countMax: limits.registrationsMax)
    }

    func standing(of sender: RequestSender, at now: Instant) -> Standing {
        guard let known = known.value(for: sender.impi, at: now) else { return .stranger }
        if let callID = sender.callID, known.callIDs.contains(callID) { return .callID }
        return known.sources.contains(sender.source) ? .address : .stranger
    }

    mutating func note(_ sender: RequestSender, at now: Instant) {
        var noted = known.value(for: sender.impi, at: now) ?? Known()
        noted.sources.moveLast(sender.source, countMax: sourcesPerUserMax)
        if let callID = sender.callID { note(callID, in: &noted) }
        known.insert(noted, for: sender.impi, at: now)
    }

    /// Notes the sender of a contact that was kept over a restart.
    mutating func note(_ contact: RegisteredContact, at now: Instant) {
        var noted = known.value(for: contact.impi, at: now) ?? Known()
        if let source = contact.source { noted.sources.moveLast(source, countMax: sourcesPerUserMax) }
        note(contact.callID, in: &noted)
        known.insert(noted, for: contact.impi, at: now)
    }

    private func note(_ callID: [UInt8], in noted: inout Known) {
        if callID.count <= callIDBytesMax { noted.callIDs.moveLast(callID, countMax: callIDsPerUserMax) }
    }
}

extension Array where Element: Equatable {
    /// Puts an element last, wherever it was before, and drops the first where there are too many.
    fileprivate mutating func moveLast(_ element: Element, countMax: Int) {
        removeAll { $0 == element }
        append(element)
        if count > countMax { removeFirst(count - countMax) }
    }
}
