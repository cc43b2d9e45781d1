internal import Base
internal import Nhss
internal import SIP
internal import ServiceKit

/// One way to reach a registered user.
struct RegisteredContact: Sendable {
    /// Without `expires`: that changes from second to second.
    let contact: SIPContact
    let callID: [UInt8]
    let cSeq: UInt32
    let path: [[UInt8]]
    let end: Instant
    /// The same on the wall clock, for people.
    let endTime: Timestamp
}

/// A registered public identity.
struct Registration: Sendable {
    let impu: IMPU
    /// Who authenticated last for it.
    var impi: IMPI
    /// In the order they came; never empty in the table.
    var bindings: [RegisteredContact]
    /// Changes with every change.
    var version: UInt64
}

/// Time as bindings need it.
struct ClockReading: Sendable {
    let instant: Instant
    let timestamp: Timestamp
}

/// The location service: which contacts each public identity has (RFC 3261 §10.3 steps 6 to 8).
struct RegistrationTable: Sendable {
    private let limits: SipCoreLimits
    private var registrations: [IMPU: Registration] = [:]
    private var versions: UInt64 = 0

    init(limits: SipCoreLimits) { self.limits = limits }

    var count: Int { registrations.count }

    /// With the bindings that are still in force.
    func registration(of impu: IMPU, at now: Instant) -> Registration? {
        guard var registration = registrations[impu] else { return nil }
        registration.bindings.removeAll { $0.end <= now }
        return registration.bindings.isEmpty ? nil : registration
    }

    /// In the order of the identities' text.
    /// - Parameter after: only what comes behind this text.
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
            registrations[impu]?.bindings = left.bindings
        }
    }

    /// Refuses intervals that are too short; needs no authentication, so that nobody is asked for what would be refused anyway.
    func checkIntervals(_ request: UERequest) throws(Refusal) {
        guard case .list(let contacts) = request.contacts else { return }
        for contact in contacts {
            let seconds = interval(contact, request)
            guard seconds == 0 || seconds >= limits.expiresMin else { throw Refusal(.intervalTooBrief, "\(seconds) seconds") }
        }
    }

    /// Does what an authenticated request asks, all of it or nothing.
    ///
    /// - Returns: the contacts that are registered afterwards.
    /// - Throws: `.outOfOrder`, `.tooManyContacts`, `.overloaded`.
    mutating func apply(_ request: UERequest, callID: [UInt8], at now: ClockReading) throws(Refusal) -> [GrantedContact] {
        let impu = request.user.impu
        var bindings = registration(of: impu, at: now.instant)?.bindings ?? []
        switch request.contacts {
        case .all:
            for binding in bindings { try checkOrder(binding, callID, request.cSeq) }
            bindings = []
        case .list(let contacts):
            let before = bindings
            for contact in contacts {
                if let old = before.first(where: { $0.contact.uri.isEquivalent(to: contact.uri) }) { try checkOrder(old, callID, request.cSeq) }
                put(binding(contact, request, callID, now), interval(contact, request), &bindings)
            }
            if contacts.isEmpty { return granted(bindings, now) }
        }
        guard bindings.count <= limits.contactsPerRegistrationMax else {
            throw Refusal(.tooManyContacts, "more than \(limits.contactsPerRegistrationMax)")
        }
        try keep(bindings, request.user, now)
        return granted(bindings, now)
    }

    private mutating func keep(_ bindings: [RegisteredContact], _ user: UserIdentities, _ now: ClockReading) throws(Refusal) {
        guard !bindings.isEmpty else {
            registrations[user.impu] = nil
            return
        }
        if registrations[user.impu] == nil, registrations.count >= limits.registrationsMax {
            removeExpired(at: now.instant)
            guard registrations.count < limits.registrationsMax else {
                throw Refusal(.overloaded, "there are \(limits.registrationsMax) registrations")
            }
        }
        versions += 1
        registrations[user.impu] = Registration(impu: user.impu, impi: user.impi, bindings: bindings, version: versions)
    }

    /// RFC 3261 §10.3 steps 6 and 7: of two requests of one Call-ID the one with the higher CSeq is the newer.
    private func checkOrder(_ binding: RegisteredContact, _ callID: [UInt8], _ cSeq: UInt32) throws(Refusal) {
        guard binding.callID != callID || binding.cSeq < cSeq else { throw Refusal(.outOfOrder, "a newer request has set the binding") }
    }

    private func put(_ binding: RegisteredContact, _ seconds: UInt32, _ bindings: inout [RegisteredContact]) {
        let place = bindings.firstIndex { $0.contact.uri.isEquivalent(to: binding.contact.uri) }
        if seconds == 0 {
            if let place { bindings.remove(at: place) }
        } else if let place {
            bindings[place] = binding
        } else {
            bindings.append(binding)
        }
    }

    private func interval(_ contact: SIPContact, _ request: UERequest) -> UInt32 {
        min(contact.expires ?? request.expires ?? limits.expiresDefault, limits.expiresMax)
    }

    private func binding(_ contact: SIPContact, _ request: UERequest, _ callID: [UInt8], _ now: ClockReading) -> RegisteredContact {
        let seconds = interval(contact, request)
        var contact = contact
        contact.address.parameters.remove("expires")
        let endTime = Timestamp(microsecondsSince1970: now.timestamp.microsecondsSince1970 + Int64(seconds) * 1_000_000)
        return RegisteredContact(
            contact: contact, callID: callID, cSeq: request.cSeq, path: request.path, end: now.instant + .seconds(Int64(seconds)), endTime: endTime)
    }

    private func granted(_ bindings: [RegisteredContact], _ now: ClockReading) -> [GrantedContact] {
        bindings.map { GrantedContact(contact: $0.contact, expires: RegistrationTable.secondsLeft($0, now.instant)) }
    }

    /// Rounded up: a binding just made has the seconds it was granted.
    private static func secondsLeft(_ binding: RegisteredContact, _ now: Instant) -> Int {
        let (seconds, attoseconds) = (binding.end - now).components
        return Int(seconds) + (attoseconds > 0 ? 1 : 0)
    }
}
