import Base
import Callbacks
import Contracts
import HTTPKit
import Nhss
import NhssSQLite
import SQLiteStore
import ServiceKit
import Store
import Support
import Testing

@testable import PrimaryMMS

/// Every change of a record that would make a partner's question be refused is told to that partner. No other is.
@Suite struct ShutOutTests {
    private static let partner = "partner-systems/partner.example"
    private static let other = "partner-systems/other.example"
    private static let authorisation = "migration-authorisations/user1@primary.example/partner.example"
    private static let past = "2020-01-01T00:00:00Z"
    private static let future = "2090-01-01T00:00:00Z"
    private static let partnerContent = #"{"enabled":true,"certificateNames":["mms.partner.example","spare.partner.example"],"rateLimit":100}"#
    private static let content = #"{"services":["mcptt"],"enabled":true,"notBefore":"2026-01-01T00:00:00Z","notAfter":"2089-01-01T00:00:00Z"}"#

    static let changes = [
        RecordChange(.patch, authorisation, #"{"enabled":false}"#, shutsOut: true),
        RecordChange(.patch, authorisation, #"{"enabled":true}"#, shutsOut: false),
        RecordChange(.patch, authorisation, "{\"notBefore\":\"\(future)\",\"notAfter\":null}", shutsOut: true),
        RecordChange(.patch, authorisation, "{\"notBefore\":\"\(past)\"}", shutsOut: false),
        RecordChange(.patch, authorisation, "{\"notAfter\":\"\(past)\",\"notBefore\":null}", shutsOut: true),
        RecordChange(.patch, authorisation, "{\"notAfter\":\"\(future)\"}", shutsOut: false),
        RecordChange(.patch, authorisation, #"{"notAfter":null}"#, shutsOut: false),
        RecordChange(.patch, authorisation, #"{"services":["mcvideo"]}"#, shutsOut: false),
        RecordChange(.put, authorisation, content, shutsOut: false),
        RecordChange(.delete, authorisation, shutsOut: true),
        RecordChange(.patch, partner, #"{"enabled":false}"#, shutsOut: true),
        RecordChange(.patch, partner, #"{"certificateNames":["spare.partner.example"]}"#, shutsOut: true),
        RecordChange(.patch, partner, #"{"certificateNames":[]}"#, shutsOut: true),
        RecordChange(.patch, partner, #"{"certificateNames":["new.partner.example","mms.partner.example"]}"#, shutsOut: false),
        RecordChange(.patch, partner, #"{"certificateNames":["mms.partner.example"]}"#, shutsOut: false),
        RecordChange(.patch, partner, #"{"rateLimit":1000}"#, shutsOut: false),
        RecordChange(.put, partner, partnerContent, shutsOut: false),
        // Another partner system's affairs.
        RecordChange(.patch, other, #"{"enabled":false}"#, shutsOut: false),
        RecordChange(.delete, other, shutsOut: false),
    ]

    /// PrimaryMMS without sockets, with its records on disk.
    private struct Laboratory {
        let database: Database
        let admin: Router
        let gate: MigrationGate
        let store: SQLiteCallbackStore
        let names: PartnerNames

        init(_ directory: TemporaryDirectory) async throws {
            database = try Database.open(directory.file("primary.sqlite"), migrations: SQLiteAuthorisationStore.migrations) { _ in }
            let authorisations = CachedAuthorisationStore(database: database, now: Timestamp.now)
            names = PartnerNames(authorisations)
            let status = AuthenticationStatusRecorder(store: authorisations)
            admin = AdminRoutes(authorisations, names: names, status: status).router(asking: LocalAdministrator()).router
            store = SQLiteCallbackStore(database, SQLiteAuthorisationStore.callbackRules)
            let callbacks = CallbackLedger(store, now: Timestamp.now)
            callbacks.name("http://127.0.0.1:3/own")
            gate = MigrationGate(
                authorisations: authorisations, sipDatabase: HomeDouble([try IMPI("user1@primary.example"): try IMPU("sip:user1@primary.example")]),
                rate: VectorRateLimiter(), status: status, firstRecord: database.firstRecord, now: Timestamp.now,
                callbacks: callbacks, ownSystem: try SystemID("primary.example"))
            for change in [
                RecordChange(.put, partner, partnerContent, shutsOut: false),
                RecordChange(.put, other, #"{"enabled":true,"certificateNames":["mms.other.example"]}"#, shutsOut: false),
                RecordChange(.put, authorisation, content, shutsOut: false),
            ] {
                let response = await change.make(admin)
                #expect(response.status == .created, "\(String(decoding: response.body, as: UTF8.self))")
            }
        }

        /// Whether a caller whose certificate has these names gets vectors.
        func ask(_ certified: [String] = ["mms.partner.example"], calling uri: String? = nil) async throws -> Bool {
            let question = AuthenticationInformationRequest(
                impi: try IMPI("user1@primary.example"), impu: try IMPU("sip:user1@primary.example"), cscfServerName: "sip:scscf",
                deregCallbackUri: uri)
            let peer = try names.recognise(certified).map { try SystemID($0) }
            return (try? await gate.authenticationInformation(question, in: .test(from: peer))) != nil
        }

        func dueCount() async throws -> Int {
            while try await store.judge(at: .now()).hasMore {}
            return try await store.judge(at: .now()).pending
        }
    }

    @Test(arguments: changes) func `the partner is told exactly of what ends the answer`(change: RecordChange) async throws {
        let directory = try TemporaryDirectory()
        let laboratory = try await Laboratory(directory)
        #expect(try await laboratory.ask(calling: "http://127.0.0.1:1/x"))
        #expect(try await laboratory.dueCount() == 0)
        let response = await change.make(laboratory.admin)
        #expect(200..<300 ~= response.status.code, "\(String(decoding: response.body, as: UTF8.self))")
        #expect(try await laboratory.ask() != change.shutsOut, "the table says what the questions say")
        #expect(try await laboratory.dueCount() == (change.shutsOut ? 1 : 0))
        await laboratory.database.close()
    }

    @Test(arguments: changes.filter(\.shutsOut)) func `what is taken back before the notice is heard ends nothing`(change: RecordChange) async throws
    {
        let directory = try TemporaryDirectory()
        let laboratory = try await Laboratory(directory)
        #expect(try await laboratory.ask(calling: "http://127.0.0.1:1/x"))
        #expect(200..<300 ~= (await change.make(laboratory.admin)).status.code)
        #expect(try await laboratory.dueCount() == 1)
        for (path, content) in [(Self.partner, Self.partnerContent), (Self.authorisation, Self.content)] {
            #expect(200..<300 ~= (await RecordChange(.put, path, content, shutsOut: false).make(laboratory.admin)).status.code)
        }
        #expect(try await laboratory.dueCount() == 0)
        await laboratory.database.close()
    }

    @Test(arguments: ["mms.partner.example", "partner.example"])
    func `an authorisation that ends by itself ends the registrations at that partner alone`(name: String) async throws {
        let directory = try TemporaryDirectory()
        let laboratory = try await Laboratory(directory)
        let end = Timestamp.now() + .seconds(60)
        let lasting = "migration-authorisations/user1@primary.example/other.example"
        for (path, content) in [(lasting, Self.content), (Self.authorisation, "{\"services\":[\"mcptt\"],\"notAfter\":\"\(end)\"}")] {
            #expect(200..<300 ~= (await RecordChange(.put, path, content, shutsOut: false).make(laboratory.admin)).status.code)
        }
        #expect(try await laboratory.ask([name], calling: "http://127.0.0.1:1/x"))
        #expect(try await laboratory.ask(["mms.other.example"], calling: "http://127.0.0.1:2/x"))
        for now in [end, end + .seconds(1), end + .seconds(2)] {
            _ = try await laboratory.store.judge(at: now)
            let lanes = try await laboratory.store.lanes(at: now, without: [], perAskerMax: 8).map(\.asker.text)
            #expect(lanes == (now == end ? [] : [name]))
        }
        await laboratory.database.close()
    }

    @Test func `an answer that a notice of the SIP database has crossed is not passed on`() async throws {
        let laboratory = try await GateLaboratory()
        laboratory.callbacks.name("http://127.0.0.1:2/x")
        let crossing = CrossingHome(home: laboratory.home, callbacks: laboratory.callbacks)
        let gate = MigrationGate(
            authorisations: laboratory.store, sipDatabase: crossing, rate: VectorRateLimiter(), status: laboratory.status,
            firstRecord: laboratory.firstRecord, now: Timestamp.now, callbacks: laboratory.callbacks, ownSystem: laboratory.primary)
        let question = laboratory.question.calling("http://127.0.0.1:1/x")
        let context = laboratory.context
        await #expect(throws: AuthFailure(.tooManyRequests, "")) { try await gate.authenticationInformation(question, in: context) }
        _ = try await laboratory.gate().authenticationInformation(question, in: context)
        #expect(laboratory.home.questions.map(\.deregCallbackUri) == ["http://127.0.0.1:2/x", "http://127.0.0.1:2/x"])
    }

    @Test func `no member is left out here`() async throws {
        let directory = try TemporaryDirectory()
        let laboratory = try await Laboratory(directory)
        let untouched = await RecordChange.untouched(
            Self.changes.filter { $0.method == .patch },
            in: [
                Self.authorisation: ["impi", "systemId", "createdAt", "updatedAt"], Self.partner: ["systemId", "createdAt", "updatedAt"],
            ], laboratory.admin)
        #expect(untouched == [])
        await laboratory.database.close()
    }

    @Test func `a partner system that is recognised by its own name keeps that`() async throws {
        let directory = try TemporaryDirectory()
        let laboratory = try await Laboratory(directory)
        #expect(try await laboratory.ask(["partner.example", "mms.partner.example"], calling: "http://127.0.0.1:1/x"))
        let unnamed = RecordChange(.patch, Self.partner, #"{"certificateNames":[]}"#, shutsOut: false)
        #expect((await unnamed.make(laboratory.admin)).status == .ok)
        #expect(try await laboratory.ask(["partner.example"]))
        #expect(try await laboratory.dueCount() == 0)
        await laboratory.database.close()
    }
}
