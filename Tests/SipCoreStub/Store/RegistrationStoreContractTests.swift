import Base
import Nhss
import SIP
import SQLiteStore
import Store
import Support
import Testing

@testable import SipCoreStub

/// What every `RegistrationStore` promises.
@Suite struct RegistrationStoreContractTests {
    /// The implementations. A further one is a further case.
    enum Implementation: CaseIterable {
        case inMemory
        case sqlite
    }

    /// An implementation that is open for one test.
    struct Opened {
        let store: any RegistrationStore
        let close: @Sendable () async -> Void
    }

    private let reading = ClockReading.now()

    private func open(_ implementation: Implementation) throws -> Opened {
        if implementation == .inMemory { return Opened(store: InMemoryRegistrationStore()) {} }
        let directory = try TemporaryDirectory()
        let database = try Database.open(directory.file("registrations.sqlite"), migrations: SQLiteRegistrationStore.migrations) { _ in }
        return Opened(store: SQLiteRegistrationStore(database: database, clock: { [reading] in reading })) {
            await database.close()
            _ = directory
        }
    }

    /// A contact, read as from a message.
    private func contact(
        _ field: String, path: String? = nil, impi: String = "a@p.example", callID: [UInt8] = [1], cSeq: UInt32 = 1, seconds: Int64 = 600,
        source: SIPHost? = .ipv4([192, 0, 2, 1])
    )
        throws -> RegisteredContact
    {
        let headers = SIPHeaders([SIPHeader(.contact, field)] + (path.map { [SIPHeader(.path, $0)] } ?? []))
        guard case .list(let contacts) = try headers.contacts(), let contact = contacts.first else { throw NoContact() }
        return RegisteredContact(
            contact: contact, impi: try IMPI(impi), flow: ContactFlow(contact), callID: callID, cSeq: cSeq,
            path: try headers.addresses(.path).map(\.bytes), end: reading.instant + .seconds(seconds), source: source.map(SourceAddress.init))
    }

    private struct NoContact: Error {}

    private func registration(_ impu: String, _ contacts: [RegisteredContact], version: UInt64 = 7) throws -> Registration {
        Registration(impu: try IMPU(impu), impi: try IMPI("a@p.example"), contacts: contacts, version: version)
    }

    /// Everything about registrations, as a text to compare.
    private func text(_ registrations: [Registration]) -> [String] {
        registrations.map { registration in
            let contacts = registration.contacts.map { contact in
                let left = (contact.end - reading.instant) / .seconds(1)
                let path = contact.path.map { String(decoding: $0, as: UTF8.self) }
                return "\(String(decoding: contact.contact.bytes, as: UTF8.self)) \(contact.contact.uri) \(contact.impi.text) "
                    + "\(String(describing: contact.flow)) \(contact.callID) \(contact.cSeq) \(path) \(left) \(String(describing: contact.source))"
            }
            return "\(registration.impu.text) \(registration.impi.text) \(registration.version) \(contacts)"
        }
    }

    @Test(arguments: Implementation.allCases) func `a registration is read as it was written`(_ implementation: Implementation) async throws {
        let opened = try open(implementation)
        let fields = [
            "<sip:a@192.0.2.1:5062;transport=tcp>;reg-id=1;+sip.instance=\"<urn:uuid:f81d4fae>\"",
            "\"a \\\"b\\\" \\\\ c\" <sips:a@[2001:db8::1]>;q=0.5",
            "<tel:+15551234;phone-context=x>;audio;+g.3gpp.icsi-ref=\"urn%3Aurn-7\"", "sip:a@h.example", "<mailto:a@b>", "Émile <sip:%41@1a.5g>",
            "<sip:a:secret@h.example?Subject=x%2Cy>;methods=\"INVITE,BYE\"",
        ]
        let contacts = try fields.enumerated().map { index, field in
            try contact(
                field, path: index % 2 == 0 ? nil : "<sip:p1.example;lr>, \"x, y\" <sip:p2.example;lr>;a=b", impi: "b\(index)@p.example",
                callID: [0, 255, UInt8(index)], cSeq: UInt32.max - UInt32(index), seconds: Int64(index) - 1,
                source: [.ipv4([192, 0, 2, 1]), .ipv6([UInt8](repeating: 0xfd, count: 16)), nil][index % 3])
        }
        let written = [try registration("sip:a@p.example", contacts), try registration("tel:+15551", [contacts[0]], version: UInt64(Int64.max))]
        try await opened.store.make(written.map(RegistrationChange.set))
        #expect(text(try await opened.store.registrations(after: "", limit: 10)) == text(written))
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `the last change of an identity is the one that stays`(_ implementation: Implementation)
        async throws
    {
        let opened = try open(implementation)
        let impu = "sip:a@p.example"
        let long = try registration(impu, [contact("<sip:a@h1>"), contact("<sip:a@h2>")])
        let short = try registration(impu, [contact("<sip:a@h3>")], version: 8)
        try await opened.store.make([.set(long), .remove(long.impu), .set(short)])
        #expect(text(try await opened.store.registrations(after: "", limit: 10)) == text([short]))
        try await opened.store.make([.set(long)])
        #expect(text(try await opened.store.registrations(after: "", limit: 10)) == text([long]))
        try await opened.store.make([.remove(long.impu)])
        #expect(try await opened.store.registrations(after: "", limit: 10).isEmpty)
        try await opened.store.make([.remove(long.impu)])
        try await opened.store.make([])
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `pages follow one another in order`(_ implementation: Implementation) async throws {
        let opened = try open(implementation)
        let impus = ["tel:+1", "sip:B@p.example", "sip:a@p.example", "sip:b%20@p.example", "sip:é@p.example"].filter { (try? IMPU($0)) != nil }
        for impu in impus { try await opened.store.make([.set(registration(impu, [contact("<sip:a@h>")]))]) }
        var read: [String] = []
        while true {
            let page = try await opened.store.registrations(after: read.last ?? "", limit: 2)
            guard !page.isEmpty else { break }
            #expect(page.count <= 2)
            read += page.map(\.impu.text)
        }
        #expect(read == impus.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
        await opened.close()
    }
}

/// What SQLite adds: the registrations outlive the process.
@Suite struct SQLiteRegistrationStoreTests {
    private func contact(_ end: Instant) throws -> RegisteredContact {
        let contact = SIPContact(SIPAddress(try SIPURI("sip:a@h")))
        return RegisteredContact(contact: contact, impi: try IMPI("a@p.example"), flow: nil, callID: [], cSeq: 1, path: [], end: end)
    }

    /// The seconds left of a contact that had 600 when it was saved and is read by clocks that went on like this.
    private func secondsLeft(machine: Duration, wall: Duration) async throws -> Double? {
        let directory = try TemporaryDirectory()
        let saved = ClockReading.now()
        // A machine that is started again counts from anew.
        let read = ClockReading(instant: saved.instant + machine, timestamp: saved.timestamp + wall)
        let registration = Registration(
            impu: try IMPU("sip:a@p.example"), impi: try IMPI("a@p.example"), contacts: [try contact(saved.instant + .seconds(600))], version: 1)
        let path = directory.file("registrations.sqlite")
        let first = try Database.open(path, migrations: SQLiteRegistrationStore.migrations) { _ in }
        try await SQLiteRegistrationStore(database: first, clock: { saved }).make([.set(registration)])
        await first.close()
        let second = try Database.open(path, migrations: SQLiteRegistrationStore.migrations) { _ in }
        let found = try await SQLiteRegistrationStore(database: second, clock: { read }).registrations(after: "", limit: 1)
        await second.close()
        return found.first?.contacts.first.map { ($0.end - read.instant) / .seconds(1) }
    }

    @Test(arguments: [
        (100.0, 100.0, 500.0), (-90_000, 100, 500), (0, 600, 0), (-90_000, 10_000, -9_400),
        // The wall clock was put back while nobody looked.
        (10, -86_400, 600), (-90_000, -1, 600),
    ]) func `a contact ends by the wall clock, and never later than it was granted`(machine: Double, wall: Double, left: Double) async throws {
        let found = try #require(try await secondsLeft(machine: .seconds(machine), wall: .seconds(wall)))
        #expect(abs(found - left) < 0.001)
    }
}
