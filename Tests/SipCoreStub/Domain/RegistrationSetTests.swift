import Base
import Contracts
import Nhss
import SIP
import SQLiteStore
import Store
import Support
import Testing

@testable import SipCoreStub

/// Identities that are registered and deregistered together (TS 24.229 §5.4.1.2.2, §5.4.1.4, §5.4.1.5).
@Suite struct RegistrationSetTests {
    private static let own = "sip:visitor1@partner.example"
    private static let desk = "sip:desk@partner.example"
    private static let phone = "tel:+15550100"

    /// A set in its order; `!` stands before what is barred.
    private func set(_ identities: String...) throws -> [AssociatedIdentity] {
        try identities.map { try AssociatedIdentity(IMPU($0.hasPrefix("!") ? String($0.dropFirst()) : $0), isBarred: $0.hasPrefix("!")) }
    }

    private func registered(_ laboratory: RegistrarLaboratory) async -> [String] {
        await laboratory.registrar.registrations(after: nil, countMax: 100).map(\.impu.text)
    }

    private func register(_ laboratory: RegistrarLaboratory, expires: UInt32 = 600) async throws -> UEAnswer {
        var request = laboratory.response(to: try await laboratory.challenge())
        request.expires = expires
        return await laboratory.registrar.register(request)
    }

    private func published(_ answer: UEAnswer) -> [String]? {
        guard case .registered(_, let published) = answer.outcome else { return nil }
        return published.map(\.text)
    }

    @Test func `all identities of the set are registered together, and those that are not barred are published, the default one first`() async throws
    {
        let laboratory = try RegistrarLaboratory()
        laboratory.home.associated = try set(Self.phone, "!\(Self.desk)", Self.own)
        #expect(published(try await register(laboratory)) == [Self.phone, Self.own])
        #expect(await registered(laboratory) == [Self.desk, Self.own, Self.phone])
        let contacts = await laboratory.registrar.registrations(after: nil, countMax: 100).map { $0.contacts.map(\.contact.uri.description) }
        #expect(Set(contacts).count == 1)
    }

    @Test func `without a set an identity is registered alone`() async throws {
        let laboratory = try RegistrarLaboratory()
        #expect(published(try await register(laboratory)) == [Self.own])
        #expect(await registered(laboratory) == [Self.own])
    }

    @Test func `a deregistration by the UE ends all of them, also on the disk`() async throws {
        let store = InMemoryRegistrationStore()
        let laboratory = try RegistrarLaboratory(store: store)
        laboratory.home.associated = try set(Self.own, Self.desk, "!\(Self.phone)")
        #expect(try await register(laboratory).status == 200)
        #expect(try await store.registrations(after: "", limit: 10).count == 3)
        laboratory.clock.advance(.seconds(1))
        #expect(try await register(laboratory, expires: 0).status == 200)
        #expect(await registered(laboratory) == [])
        #expect(try await store.registrations(after: "", limit: 10).isEmpty)
    }

    @Test(arguments: [own, desk, phone]) func `a deregistration by the network of any of them ends all, also after a restart`(impu: String)
        async throws
    {
        let store = InMemoryRegistrationStore()
        let first = try RegistrarLaboratory(store: store)
        first.home.associated = try set(Self.own, Self.desk, "!\(Self.phone)")
        #expect(try await register(first).status == 200)
        let second = try RegistrarLaboratory(store: store)
        try await second.registrar.restore()
        #expect(await registered(second).count == 3)
        #expect(try await second.registrar.deregister(IMPU(impu), .unconditional).isDeleted)
        #expect(await registered(second) == [])
        #expect(try await store.registrations(after: "", limit: 10).isEmpty)
    }

    @Test func `they expire together`() async throws {
        let laboratory = try RegistrarLaboratory()
        laboratory.home.associated = try set(Self.own, Self.desk)
        #expect(try await register(laboratory).status == 200)
        laboratory.clock.advance(.seconds(599))
        #expect(await registered(laboratory).count == 2)
        laboratory.clock.advance(.seconds(1))
        #expect(await registered(laboratory) == [])
    }

    @Test func `an identity that is taken out of the set is registered no longer, and one that comes to it is`() async throws {
        let laboratory = try RegistrarLaboratory()
        laboratory.home.associated = try set(Self.own, Self.desk)
        #expect(try await register(laboratory).status == 200)
        laboratory.home.associated = try set(Self.phone, Self.own)
        #expect(published(try await register(laboratory)) == [Self.phone, Self.own])
        #expect(await registered(laboratory) == [Self.own, Self.phone])
    }

    @Test func `a barred identity registers the others of its set`() async throws {
        let laboratory = try RegistrarLaboratory()
        laboratory.home.associated = try set("!\(Self.own)", Self.desk)
        #expect(published(try await register(laboratory)) == [Self.desk])
        #expect(await registered(laboratory).count == 2)
    }

    @Test func `a set whose identities are all barred is 403, after the UE has proved who it is, and what is registered can be ended`() async throws {
        let laboratory = try RegistrarLaboratory()
        #expect(try await register(laboratory).status == 200)
        laboratory.home.associated = try set("!\(Self.own)", "!\(Self.desk)")
        #expect(try await register(laboratory).status == 403)
        #expect(try await register(laboratory, expires: 0).status == 200)
        #expect(await registered(laboratory) == [])
    }

    @Test func `a set that does not fit the bound of registrations is refused whole`() async throws {
        var limits = SipCoreLimits()
        limits.registrationsMax = 2
        let laboratory = try RegistrarLaboratory(limits: limits)
        laboratory.home.associated = try set(Self.own, Self.desk, Self.phone)
        #expect(try await register(laboratory).status == 503)
        #expect(await registered(laboratory) == [])
        laboratory.home.associated = try set(Self.own, Self.desk)
        #expect(try await register(laboratory).status == 200)
        #expect(try await register(laboratory).status == 200, "who is registered may refresh")
    }

    @Test func `P-Associated-URI has what is published, in its order`() throws {
        let home = try #require(HomeDomain(realm: "partner.example", serverName: "sip:scscf.partner.example"))
        let translator = SIPTranslator(home: home, limits: SipCoreLimits(), random: { 7 }, time: Timestamp.now)
        let contact = GrantedContact(contact: SIPContact(SIPAddress(try SIPURI("sip:a@192.0.2.1"))), expires: 600)
        let outcome = UEAnswer.Outcome.registered([contact], published: [try IMPU(Self.phone), try IMPU(Self.own)])
        let headers = translator.headers(of: UEAnswer(outcome: outcome, trace: TraceParent(random: { 7 })), to: try RegistrarLaboratory().request())
        let uris = headers.filter { $0.name == .pAssociatedURI }.map { String(decoding: $0.value, as: UTF8.self) }
        #expect(uris == ["<\(Self.phone)>", "<\(Self.own)>"])
    }

    @Test func `a set is kept on the disk as it is, and a registration of the version before is one of a single identity`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("registrations.sqlite")
        let old = try Database.open(path, migrations: Array(SQLiteRegistrationStore.migrations.prefix(1))) { _ in }
        try await old.write("fill") { (connection) throws(SQLiteError) in
            _ = try connection.execute("INSERT INTO registration VALUES ('sip:old@partner.example', 'old@partner.example', 1)")
        }
        await old.close()
        let database = try Database.open(path, migrations: SQLiteRegistrationStore.migrations) { _ in }
        let store = SQLiteRegistrationStore(database: database, clock: ClockReading.now)
        let impi = try IMPI("visitor1@partner.example")
        let associated = try set(Self.phone, "!\(Self.desk)", Self.own)
        try await store.make([.set(Registration(impu: try IMPU(Self.own), impi: impi, contacts: [], version: 2, associated: associated))])
        let found = try await store.registrations(after: "", limit: 10)
        #expect(found.map(\.associated) == [[], associated])
        #expect(found.first?.set.impus.map(\.text) == ["sip:old@partner.example"])
        await database.close()
    }
}
