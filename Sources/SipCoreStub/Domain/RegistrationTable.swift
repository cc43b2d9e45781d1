internal import Base
internal import Nhss
internal import SIP

/// Remembers the registrations: the contacts of each public identity (RFC 3261 §10.3 steps 6 to 8).
struct RegistrationTable: Sendable {
    private let limits: SipCoreLimits
    private var registrations: [IMPU: Registration] = [:]
    private var versions: UInt64 = 0

    init(limits: SipCoreLimits) { self.limits = limits }

    /// The registration of an identity with the contacts that are still in force; nil where there is none.
    func registration(of impu: IMPU, at now: Instant) -> Registration? {
        guard var registration = registrations[impu] else { return nil }
        registration.contacts.removeAll { $0.end <= now }
        return registration.contacts.isEmpty ? nil : registration
    }

    /// Registrations in the order of the text of their public identities.
    /// - Parameter after: the text that all returned identities come after.
    func page(after: String?, countMax: Int, at now: Instant) -> [Registration] {
        let lower = after.map { Array($0.utf8) }
        var page: [IMPU] = []
        for impu in registrations.keys where lower.map({ $0.lexicographicallyPrecedes(impu.bytes) }) ?? true {
            if page.count >= countMax, let last = page.last, !impu.bytes.lexicographicallyPrecedes(last.bytes) { continue }
            guard registration(of: impu, at: now) != nil else { continue }
            page.insert(impu, at: RegistrationTable.position(of: impu, in: page))
            if page.count > countMax { page.removeLast() }
        }
        return page.compactMap { registration(of: $0, at: now) }
    }

    private static func position(of impu: IMPU, in sorted: [IMPU]) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].bytes.lexicographicallyPrecedes(impu.bytes) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// - Returns: whether there was a registration.
    mutating func remove(_ impu: IMPU) -> Bool { registrations.removeValue(forKey: impu) != nil }

    mutating func removeExpired(at now: Instant) {
        for impu in Array(registrations.keys) {
            guard let left = registration(of: impu, at: now) else {
                registrations[impu] = nil
                continue
            }
            registrations[impu]?.contacts = left.contacts
        }
    }

    /// Refuses a registration time that is too short. This is checked before the authentication source is asked.
    func checkIntervals(_ request: UERequest) throws(Refusal) {
        guard case .list(let contacts) = request.contacts else { return }
        for contact in contacts {
            let seconds = interval(contact, request)
            guard seconds == 0 || seconds >= limits.expiresMin else { throw Refusal(.intervalTooBrief, "\(seconds) seconds") }
        }
    }

    /// Does all that an authenticated request asks for, or nothing.
    ///
    /// - Returns: the contacts that are registered afterwards.
    /// - Throws: `.outOfOrder`, `.tooManyContacts`, `.overloaded`.
    mutating func apply(_ request: UERequest, callID: [UInt8], at now: Instant) throws(Refusal) -> [GrantedContact] {
        let impu = request.user.impu
        let before = registration(of: impu, at: now)?.contacts ?? []
        var contacts = before
        switch request.contacts {
        case .all:
            for contact in before { try checkOrder(contact, callID, request.cSeq) }
            contacts = []
        case .list(let asked):
            if asked.isEmpty { return granted(before, now) }
            for contact in asked {
                if let old = before.first(where: { $0.contact.uri.isEquivalent(to: contact.uri) }) { try checkOrder(old, callID, request.cSeq) }
                put(registered(contact, request, callID, now), interval(contact, request), &contacts)
            }
        }
        guard contacts.count <= limits.contactsPerRegistrationMax else {
            throw Refusal(.tooManyContacts, "more than \(limits.contactsPerRegistrationMax)")
        }
        try keep(contacts, request.user, now)
        return granted(contacts, now)
    }

    private mutating func keep(_ contacts: [RegisteredContact], _ user: UserIdentities, _ now: Instant) throws(Refusal) {
        guard !contacts.isEmpty else {
            registrations[user.impu] = nil
            return
        }
        if registrations[user.impu] == nil, registrations.count >= limits.registrationsMax {
            removeExpired(at: now)
            guard registrations.count < limits.registrationsMax else {
                throw Refusal(.overloaded, "there are \(limits.registrationsMax) registrations")
            }
        }
        versions += 1
        registrations[user.impu] = Registration(impu: user.impu, impi: user.impi, contacts: contacts, version: versions)
    }

    /// Refuses a request that is older than the one that set the contact.
    ///
    /// Of two requests with one Call-ID the one with the higher CSeq is newer (RFC 3261 §10.3 steps 6 and 7).
    private func checkOrder(_ contact: RegisteredContact, _ callID: [UInt8], _ cSeq: UInt32) throws(Refusal) {
        guard contact.callID != callID || contact.cSeq < cSeq else { throw Refusal(.outOfOrder, "a newer request has set the contact") }
    }

    private func put(_ new: RegisteredContact, _ seconds: UInt32, _ contacts: inout [RegisteredContact]) {
        let place = contacts.firstIndex { $0.contact.uri.isEquivalent(to: new.contact.uri) }
        if seconds == 0 {
            if let place { contacts.remove(at: place) }
        } else if let place {
            contacts[place] = new
        } else {
            contacts.append(new)
        }
    }

    private func interval(_ contact: SIPContact, _ request: UERequest) -> UInt32 {
        min(contact.expires ?? request.expires ?? limits.expiresDefault, limits.expiresMax)
    }

    private func registered(_ contact: SIPContact, _ request: UERequest, _ callID: [UInt8], _ now: Instant) -> RegisteredContact {
        let seconds = interval(contact, request)
        var contact = contact
        contact.address.parameters.remove("expires")
        return RegisteredContact(
            contact: contact, callID: callID, cSeq: request.cSeq, path: request.path, end: now + .seconds(Int64(seconds)))
    }

    private func granted(_ contacts: [RegisteredContact], _ now: Instant) -> [GrantedContact] {
        contacts.map { GrantedContact(contact: $0.contact, expires: RegistrationTable.secondsLeft($0, now)) }
    }

    /// The seconds left, rounded up: a contact that was just registered has all the seconds it was granted.
    private static func secondsLeft(_ contact: RegisteredContact, _ now: Instant) -> Int {
        let (seconds, attoseconds) = (contact.end - now).components
        return Int(seconds) + (attoseconds > 0 ? 1 : 0)
    }
}
