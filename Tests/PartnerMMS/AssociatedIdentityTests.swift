import Base
import Contracts
import HTTPKit
import Nhss
import SQLiteStore
import ServiceKit
import Store
import Support
import Testing

@testable import PartnerMMS

/// The identities that are registered together, in the partner's terms.
@Suite struct AssociatedIdentityTests {
    /// A pair of the binding, and what the primary system says of its identity.
    private func set(
        of pairs: [(partner: String, primary: String, isBarred: Bool)], answering primary: [AssociatedIdentity]
    ) async throws -> [AssociatedIdentity] {
        let laboratory = try await BindingLaboratory { (answer) throws(AuthFailure) in
            var answer = answer
            answer.associatedIdentities = primary
            return answer
        }
        let plain = laboratory.binding()
        let identities = try pairs.map { Binding.PublicIdentity(partner: try IMPU($0.partner), primary: try IMPU($0.primary), isBarred: $0.isBarred) }
        let binding = Binding(
            partnerImpi: plain.partnerImpi, primaryImpi: plain.primaryImpi, primarySystemID: plain.primarySystemID, publicIdentities: identities,
            services: plain.services, validity: plain.validity, enabled: true)
        _ = try await laboratory.store.put(binding, .unconditional)
        return try await laboratory.translator().authenticationInformation(try laboratory.question(), in: .test()).associatedIdentities
    }

    private static let first = (partner: "sip:visitor1@partner.example", primary: "sip:user1@primary.example", isBarred: false)
    private static let second = (partner: "sip:desk@partner.example", primary: "sip:office@primary.example", isBarred: false)

    @Test func `what the primary registers together is translated, and what the binding does not name is left out`() async throws {
        let answer = [
            AssociatedIdentity(try IMPU("sip:office@primary.example")), AssociatedIdentity(try IMPU("tel:+15550100")),
            AssociatedIdentity(try IMPU("sip:user1@primary.example")),
        ]
        let set = try await set(of: [Self.first, Self.second], answering: answer)
        #expect(set.map(\.impu.text) == ["sip:visitor1@partner.example", "sip:desk@partner.example"], "the binding's default comes first")
        #expect(set.allSatisfy { !$0.isBarred })
    }

    @Test func `an identity of the binding that the primary does not register with the others is left out`() async throws {
        let set = try await set(of: [Self.second, Self.first], answering: [AssociatedIdentity(try IMPU("sip:user1@primary.example"))])
        #expect(set.map(\.impu.text) == ["sip:visitor1@partner.example"])
    }

    @Test(arguments: [true, false], [true, false]) func `an identity is barred where either system bars it`(here: Bool, there: Bool) async throws {
        var pair = Self.second
        pair.isBarred = here
        let answer = [
            AssociatedIdentity(try IMPU("sip:user1@primary.example")), AssociatedIdentity(try IMPU("sip:office@primary.example"), isBarred: there),
        ]
        #expect(try await set(of: [Self.first, pair], answering: answer).map(\.isBarred) == [false, here || there])
    }

    @Test func `a primary that does not say registers the identity alone`() async throws {
        #expect(try await set(of: [Self.second, Self.first], answering: []).map(\.impu.text) == ["sip:visitor1@partner.example"])
    }

    @Test func `a set without the identity that was asked for is refused`() async throws {
        await #expect(throws: AuthFailure(.peerInvalid, "")) {
            _ = try await set(of: [Self.first, Self.second], answering: [AssociatedIdentity(try IMPU("sip:office@primary.example"))])
        }
    }

    // MARK: records

    private static func body(_ barred: String) -> [UInt8] {
        Array(
            (#"{"primaryImpi":"user1@primary.example","primarySystemId":"primary.example","services":["mcptt"],"#
                + #""publicIdentities":[{"partner":"sip:visitor1@partner.example","primary":"sip:user1@primary.example"\#(barred)}]}"#).utf8)
    }

    private func draft(_ bytes: [UInt8], replacing current: Stored<Binding>?) async throws -> Binding {
        var body = try AdminBody(bytes)
        let laboratory = try await BindingLaboratory()
        return try BindingResource(store: laboratory.store).draft(&body, at: laboratory.away, replacing: current)
    }

    @Test func `what is barred stays so until somebody says otherwise, and a read can be put back`() async throws {
        let resource = BindingResource(store: try await BindingLaboratory().store)
        func stored(_ binding: Binding) -> Stored<Binding> { Stored(binding, .changing(nil, at: .now())) }
        func isBarred(_ binding: Binding) -> Bool? { binding.publicIdentities.first?.isBarred }
        let new = try await draft(Self.body(""), replacing: nil)
        #expect(isBarred(new) == false)
        let barred = try await draft(Self.body(#","barred":true"#), replacing: stored(new))
        #expect(isBarred(barred) == true)
        #expect(isBarred(try await draft(Self.body(""), replacing: stored(barred))) == true)
        #expect(isBarred(try await draft(resource.json(stored(barred)), replacing: nil)) == true)
        #expect(isBarred(try await draft(Self.body(#","barred":false"#), replacing: stored(barred))) == false)
        await #expect(throws: Problem.self) { _ = try await draft(Self.body(#","barred":1"#), replacing: nil) }
    }

    @Test func `bindings of the version before are kept, with nothing barred`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("bindings.sqlite")
        let old = try Database.open(path, migrations: Array(SQLiteBindingStore.migrations.prefix(1))) { _ in }
        try await old.write("fill") { (connection) throws(SQLiteError) in
            try connection.execute("INSERT INTO primary_system VALUES ('primary.example', 'http://127.0.0.1:1', 1, 1, 1)")
            try connection.execute(
                "INSERT INTO binding VALUES ('visitor1@partner.example', 'user1@primary.example', 'primary.example', 'mcptt', NULL, NULL, 1, 1, 1)")
            try connection.execute(
                """
                INSERT INTO public_identity
                VALUES ('visitor1@partner.example', 0, 'sip:visitor1@partner.example', 'primary.example', 'sip:user1@primary.example')
                """)
        }
        await old.close()
        let database = try Database.open(path, migrations: SQLiteBindingStore.migrations) { _ in }
        let store = SQLiteBindingStore(database: database, now: Timestamp.now)
        let binding = try #require(try await store.binding(of: try IMPI("visitor1@partner.example"))?.record)
        #expect(binding.publicIdentities.map(\.isBarred) == [false])
        await database.close()
    }
}
