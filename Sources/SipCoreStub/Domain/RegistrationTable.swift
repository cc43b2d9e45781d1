internal import Base
internal import Nhss
internal import SIP

/// Remembers the registrations: the contacts of each public identity (RFC 3261 §10.3 steps 6 to 8).
struct RegistrationTable: Sendable {
    private let limits: SipCoreLimits
    private var registrations: [IMPU: Registration] = [:]
    /// The identities at which each user has contacts.
    private var impus: [IMPI: Set<IMPU>] = [:]
    /// The highest version so far. It begins at the microseconds of the wall clock, so that a version does not come again after a restart.
    private var versions: UInt64

    /// - Parameter now: by the wall clock.
    init(limits: SipCoreLimits, now: Timestamp) {
        self.limits = limits
        versions = UInt64(clamping: now.microsecondsSince1970)
    }

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

    /// Does what has become durable.
    mutating func make(_ change: RegistrationChange) {
        for contact in registrations[change.impu]?.contacts ?? [] {
            impus[contact.impi]?.remove(change.impu)
            if impus[contact.impi]?.isEmpty ?? false { impus[contact.impi] = nil }
        }
        switch change {
        case .set(let registration):
            for contact in registration.contacts { impus[contact.impi, default: []].insert(registration.impu) }
            versions = max(versions, registration.version)
            registrations[registration.impu] = registration
        case .remove(let impu): registrations[impu] = nil
        }
    }

    func impus(of impi: IMPI) -> [IMPU] { Array(impus[impi] ?? []) }

    /// What the end of all contacts of a user at an identity changes; nil where there are none.
    mutating func end(of impi: IMPI, at impu: IMPU) -> RegistrationChange? {
        guard let before = registrations[impu], before.contacts.contains(where: { $0.impi == impi }) else { return nil }
        let left = before.contacts.filter { $0.impi != impi }
        return change(of: impu, impi: left.last?.impi ?? before.impi, to: left, before.associated)
    }

    /// The identities with contacts whose time is over.
    func ended(at now: Instant, countMax: Int) -> [IMPU] {
        Array(registrations.values.lazy.filter { $0.contacts.contains { $0.end <= now } }.prefix(countMax).map(\.impu))
    }

    /// What the end of contacts whose time is over changes; nil where there are none.
    mutating func expiry(of impu: IMPU, at now: Instant) -> RegistrationChange? {
        guard let before = registrations[impu], before.contacts.contains(where: { $0.end <= now }) else { return nil }
        return change(of: impu, impi: before.impi, to: before.contacts.filter { $0.end > now }, before.associated)
    }

    /// Refuses a registration time that is too short. This is checked before the authentication source is asked.
    func checkIntervals(_ request: UERequest) throws(Refusal) {
        guard case .list(let contacts) = request.contacts else { return }
        for contact in contacts {
            let seconds = interval(contact, request)
            guard seconds == 0 || seconds >= limits.expiresMin else { throw Refusal(.intervalTooBrief, "\(seconds) seconds") }
        }
    }

    /// The identities whose registrations a request of this user may change, each once.
    func concerned(_ impu: IMPU, _ set: RegistrationSet) -> [IMPU] {
        let former = registrations[impu]?.set.impus ?? []
        return set.impus + former.filter { !set.impus.contains($0) }
    }

    /// What an authenticated request changes, and the contacts that are registered afterwards. Nothing changes where the request only asks for them.
    ///
    /// All identities of the set get the same contacts, also those that are barred, and lose them together (TS 24.229 §5.4.1.2.2, §5.4.1.4). An
    /// identity that was of the set before and is not any more is registered no longer.
    ///
    /// - Parameter set: the registration set of the identity, as the source said with the challenge that was answered.
    /// - Throws: `.outOfOrder`, `.tooManyContacts`, `.overloaded`. Then the request changes nothing.
    mutating func decide(
        _ request: UERequest, callID: [UInt8], in set: RegistrationSet, at now: Instant
    ) throws(Refusal) -> (changes: [RegistrationChange], granted: [GrantedContact]) {
        let impu = request.user.impu
        let before = contacts(of: [impu] + set.impus, at: now)
        var contacts = before
        switch request.contacts {
        case .all:
            for contact in before { try checkOrder(contact, callID, request.cSeq) }
            contacts = []
        case .list(let asked):
            if asked.isEmpty { return ([], granted(before, now)) }
            contacts = try changed(before, asked, request, callID, now)
        }
        let added = set.impus.count { registrations[$0] == nil }
        guard contacts.isEmpty || added == 0 || registrations.count + added <= limits.registrationsMax else {
            throw Refusal(.overloaded, "there are \(limits.registrationsMax) registrations")
        }
        let changes = concerned(impu, set).map { member in
            change(of: member, impi: request.user.impi, to: set.impus.contains(member) ? contacts : [], set.identities)
        }
        return (changes, granted(contacts, now))
    }

    /// The contacts of the first of these identities that is registered.
    private func contacts(of impus: [IMPU], at now: Instant) -> [RegisteredContact] {
        for impu in impus { if let registration = registration(of: impu, at: now) { return registration.contacts } }
        return []
    }

    private mutating func change(
        of impu: IMPU, impi: IMPI, to contacts: [RegisteredContact], _ associated: [AssociatedIdentity]
    ) -> RegistrationChange {
        guard !contacts.isEmpty else { return .remove(impu) }
        versions += 1
        return .set(Registration(impu: impu, impi: impi, contacts: contacts, version: versions, associated: associated))
    }

    /// Refuses a request that is older than the one that set the contact.
    ///
    /// Of two requests with one Call-ID the one with the higher CSeq is newer (RFC 3261 §10.3 steps 6 and 7).
    private func checkOrder(_ contact: RegisteredContact, _ callID: [UInt8], _ cSeq: UInt32?) throws(Refusal) {
        guard let cSeq else { return }
        guard contact.callID != callID || contact.cSeq < cSeq else { throw Refusal(.outOfOrder, "a newer request has set the contact") }
    }

    /// The contacts after a request that names contacts. Contacts of one request do not take one another's places, but for the same one named twice.
    private func changed(
        _ before: [RegisteredContact], _ asked: [SIPContact], _ request: UERequest, _ callID: [UInt8], _ now: Instant
    ) throws(Refusal) -> [RegisteredContact] {
        var kept = before
        var added: [RegisteredContact] = []
        for contact in asked {
            var new = registered(contact, request, callID, now)
            let isRemoval = interval(contact, request) == 0
            let isGone = { (other: RegisteredContact) in isRemoval ? new.removes(other) : new.replaces(other) }
            for other in kept where isGone(other) {
                try checkOrder(other, callID, request.cSeq)
                if new.continues(other) { new.registeredAs = nil }
            }
            kept.removeAll(where: isGone)
            added.removeAll(where: new.removes)
            if !isRemoval { added.append(new) }
        }
        let after = kept + added
        if !added.isEmpty {
            try checkCount(after.lazy.filter { $0.impi == request.user.impi })
            try checkBytes(after, of: request.user.impi)
        }
        return after
    }

    /// Refuses more flows of one user than there may be, and more contacts without flow: neither count against the other.
    private func checkCount(_ contacts: some Sequence<RegisteredContact>) throws(Refusal) {
        var flowCount = 0
        var count = 0
        for contact in contacts {
            count += 1
            if contact.flow != nil { flowCount += 1 }
        }
        guard max(flowCount, count - flowCount) <= limits.contactsPerUserMax else {
            throw Refusal(.tooManyContacts, "more than \(limits.contactsPerUserMax) of one user")
        }
    }

    /// Refuses contacts that would not all go into one datagram: a 200 names all of them (RFC 3261 §10.3 step 8).
    private func checkBytes(_ contacts: [RegisteredContact], of impi: IMPI) throws(Refusal) {
        var own = 0
        var all = 0
        for contact in contacts {
            let bytes = GrantedContact(contact: contact.contact, expires: Int(limits.expiresMax)).bytesMax
            all += bytes
            if contact.impi == impi { own += bytes }
        }
        guard own <= limits.contactBytesPerUserMax, all <= limits.contactBytesMax else {
            throw Refusal(.tooManyContacts, "\(own) bytes of the user, and \(all) of the public identity")
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
            contact: contact, impi: request.user.impi, flow: ContactFlow(contact), callID: callID, cSeq: request.cSeq ?? 0, path: request.path,
            end: now + .seconds(Int64(seconds)), source: request.source, registeredAs: request.user.impu, mark: request.mark)
    }

    // MARK: What others see

    /// The contacts that a change ends, before it is made. Those whose time is over have expired, whatever else the change is about.
    func ended(by change: RegistrationChange, _ end: ContactEnd, at now: Instant) -> [EndedContact] {
        let left = change.contacts
        return (registrations[change.impu]?.contacts ?? []).filter { contact in !left.contains { $0.continues(contact) } }.map {
            EndedContact(impu: change.impu, contact: $0.unmarked, end: $0.end <= now ? .expired : end)
        }
    }

    func view(of set: RegistrationSet, at now: Instant) -> RegistrationView {
        RegistrationView(
            identities: set.published.map { impu in
                RegistrationView.Identity(impu: impu, contacts: registration(of: impu, at: now)?.contacts.map(\.unmarked) ?? [])
            })
    }

    private func granted(_ contacts: [RegisteredContact], _ now: Instant) -> [GrantedContact] {
        contacts.map { GrantedContact(contact: $0.contact, expires: RegistrationTable.secondsLeft($0, now)) }
    }

    /// The seconds left, rounded up: a contact that was just registered has all the seconds it was granted.
    static func secondsLeft(_ contact: RegisteredContact, _ now: Instant) -> Int {
        let (seconds, attoseconds) = (contact.end - now).components
        return Int(seconds) + (attoseconds > 0 ? 1 : 0)
    }
}
