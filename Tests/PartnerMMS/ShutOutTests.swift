import Base
import Callbacks
import Contracts
import Foundation
import HTTPKit
import Nhss
import NhssSQLite
import SQLiteStore
import ServiceKit
import Store
import Support
import Testing

@testable import PartnerMMS

/// Every change of a record that would make a question be refused, or answered about another user or fewer identities, is told to whoever has
/// registered the user. No other is.
@Suite struct ShutOutTests {
    private static let binding = "bindings/visitor1@partner.example"
    private static let primary = "primary-systems/primary.example"
    private static let pairs = [
        #"{"partner":"sip:visitor1@partner.example","primary":"sip:user1@primary.example","barred":false}"#,
        #"{"partner":"tel:+15550101","primary":"tel:+15550201","barred":false}"#,
        #"{"partner":"tel:+15550102","primary":"tel:+15550202","barred":true}"#,
    ]
    private static let past = "2020-01-01T00:00:00Z"
    private static let future = "2090-01-01T00:00:00Z"
    private static let content = """
        {"primaryImpi":"user1@primary.example","primarySystemId":"primary.example","services":["mcptt"],"enabled":true,
         "publicIdentities":[\(pairs.joined(separator: ","))],"notBefore":"2026-01-01T00:00:00Z","notAfter":"2089-01-01T00:00:00Z"}
        """

    private static func identities(_ pairs: String...) -> String { "{\"publicIdentities\":[\(pairs.joined(separator: ","))]}" }
    private static func bar(_ pair: String, _ isBarred: Bool = true) -> String {
        pair.replacingOccurrences(of: "\"barred\":\(!isBarred)", with: "\"barred\":\(isBarred)")
    }

    static let changes = [
        RecordChange(.patch, binding, #"{"enabled":false}"#, shutsOut: true),
        RecordChange(.patch, binding, #"{"enabled":true}"#, shutsOut: false),
        RecordChange(.patch, binding, "{\"notBefore\":\"\(future)\",\"notAfter\":null}", shutsOut: true),
        RecordChange(.patch, binding, "{\"notBefore\":\"\(past)\"}", shutsOut: false),
        RecordChange(.patch, binding, #"{"notBefore":null}"#, shutsOut: false),
        RecordChange(.patch, binding, "{\"notAfter\":\"\(past)\",\"notBefore\":null}", shutsOut: true),
        RecordChange(.patch, binding, "{\"notAfter\":\"\(future)\"}", shutsOut: false),
        RecordChange(.patch, binding, #"{"notAfter":null}"#, shutsOut: false),
        RecordChange(.patch, binding, #"{"primaryImpi":"user2@primary.example"}"#, shutsOut: true),
        RecordChange(.patch, binding, #"{"primarySystemId":"second.example"}"#, shutsOut: true),
        RecordChange(.patch, binding, #"{"services":["mcvideo"]}"#, shutsOut: false),
        RecordChange(.patch, binding, identities(pairs[0], pairs[1]), shutsOut: true),
        RecordChange(.patch, binding, identities(pairs[1], pairs[2]), shutsOut: true),
        RecordChange(.patch, binding, identities(pairs[2], pairs[1], pairs[0]), shutsOut: false),
        RecordChange(.patch, binding, identities(bar(pairs[0]), pairs[1], pairs[2]), shutsOut: true),
        RecordChange(.patch, binding, identities(pairs[0], bar(pairs[1]), pairs[2]), shutsOut: true),
        RecordChange(.patch, binding, identities(pairs[0], pairs[1], bar(pairs[2], false)), shutsOut: false),
        RecordChange(
            .patch, binding,
            identities(pairs[0], pairs[1].replacingOccurrences(of: "+15550201", with: "+15550999"), pairs[2]), shutsOut: true),
        RecordChange(
            .patch, binding, identities(pairs[0], pairs[1], pairs[2], #"{"partner":"tel:+15550109","primary":"tel:+15550209"}"#), shutsOut: false),
        RecordChange(.put, binding, content, shutsOut: false),
        RecordChange(.delete, binding, shutsOut: true),
        RecordChange(.patch, primary, #"{"enabled":false}"#, shutsOut: true),
        RecordChange(.patch, primary, #"{"apiRoots":["http://127.0.0.1:2"]}"#, shutsOut: false),
        RecordChange(.put, primary, #"{"apiRoots":["http://127.0.0.1:1"],"enabled":true}"#, shutsOut: false),
    ]

    /// What a question about an identity comes to: whom the primary system is asked about, and whether the identity is barred.
    private struct Outcome: Equatable {
        let system: SystemID
        let impi: IMPI
        let impu: IMPU?
        let isBarred: Bool

        func takesNothing(from before: Outcome) -> Bool {
            system == before.system && impi == before.impi && impu == before.impu && (before.isBarred || !isBarred)
        }
    }

    /// A primary system that lets everybody in, and notes about whom it was asked.
    private struct Home: AuthenticationInformationSource {
        let system: SystemID
        let asked: Guarded<[(system: SystemID, question: AuthenticationInformationRequest)]>

        func authenticationInformation(
            _ request: AuthenticationInformationRequest, in context: CallContext
        ) async throws(AuthFailure) -> AuthenticationInformation {
            asked.withLock { $0.append((system, request)) }
            return AuthenticationInformation(impi: request.impi, impu: request.impu, items: .aka([HomeDouble.vector()].compactMap { $0 }))
        }
    }

    /// PartnerMMS without sockets, with its records on disk.
    private struct Laboratory {
        let database: Database
        let admin: Router
        let translator: IdentityTranslator
        let store: SQLiteCallbackStore
        let asked = Guarded<[(system: SystemID, question: AuthenticationInformationRequest)]>([])

        init(_ directory: TemporaryDirectory) async throws {
            database = try Database.open(directory.file("partner.sqlite"), migrations: SQLiteBindingStore.migrations) { _ in }
            let bindings = CachedBindingStore(database: database, now: Timestamp.now)
            admin = AdminRoutes(bindings).router(asking: LocalAdministrator()).router
            store = SQLiteCallbackStore(database, SQLiteBindingStore.callbackRules)
            let asked = asked
            let callbacks = CallbackLedger(store, now: Timestamp.now)
            callbacks.name("http://127.0.0.1:3/own")
            translator = IdentityTranslator(
                bindings: bindings, primary: { Home(system: $0.systemID, asked: asked) }, now: Timestamp.now, onRecognised: { _ in },
                onTranslatedBack: { _ in }, callbacks: callbacks)
            for change in [
                RecordChange(.put, primary, #"{"apiRoots":["http://127.0.0.1:1"],"enabled":true}"#, shutsOut: false),
                RecordChange(.put, "primary-systems/second.example", #"{"apiRoots":["http://127.0.0.1:9"],"enabled":true}"#, shutsOut: false),
                RecordChange(.put, binding, content, shutsOut: false),
            ] {
                let response = await change.make(admin)
                #expect(response.status == .created, "\(String(decoding: response.body, as: UTF8.self))")
            }
        }

        /// - Returns: nil where the question is refused.
        func ask(_ impu: String, calling uri: String? = nil) async throws -> Outcome? {
            let question = AuthenticationInformationRequest(
                impi: try IMPI("visitor1@partner.example"), impu: try IMPU(impu), cscfServerName: "sip:scscf", deregCallbackUri: uri)
            guard let answer = try? await translator.authenticationInformation(question, in: .test(from: try SystemID("partner.example"))),
                let last = asked.withLock({ $0.last })
            else { return nil }
            let isBarred = answer.associatedIdentities.first { $0.impu == question.impu }?.isBarred ?? false
            return Outcome(system: last.system, impi: last.question.impi, impu: last.question.impu, isBarred: isBarred)
        }

        func outcomes() async throws -> [Outcome?] {
            var outcomes: [Outcome?] = []
            for impu in ["sip:visitor1@partner.example", "tel:+15550101", "tel:+15550102"] { outcomes.append(try await ask(impu)) }
            return outcomes
        }

        func dueCount() async throws -> Int {
            while try await store.judge(at: .now()).hasMore {}
            return try await store.judge(at: .now()).pending
        }
    }

    @Test(arguments: changes) func `whoever registered the user is told exactly of what ends the answer`(change: RecordChange) async throws {
        let directory = try TemporaryDirectory()
        let laboratory = try await Laboratory(directory)
        let before = try await laboratory.outcomes()
        #expect(try await laboratory.ask("sip:visitor1@partner.example", calling: "http://127.0.0.1:1/x") != nil)
        #expect(try await laboratory.dueCount() == 0)
        let response = await change.make(laboratory.admin)
        #expect(200..<300 ~= response.status.code, "\(String(decoding: response.body, as: UTF8.self))")
        let after = try await laboratory.outcomes()
        let isLess = zip(before, after).contains { before, after in before.map { after?.takesNothing(from: $0) != true } ?? false }
        #expect(isLess == change.shutsOut, "the table says what the questions say")
        #expect(try await laboratory.dueCount() == (change.shutsOut ? 1 : 0))
        await laboratory.database.close()
    }

    @Test(arguments: changes.filter(\.shutsOut)) func `what is taken back before the notice is heard ends nothing`(change: RecordChange) async throws
    {
        let directory = try TemporaryDirectory()
        let laboratory = try await Laboratory(directory)
        _ = try await laboratory.ask("sip:visitor1@partner.example", calling: "http://127.0.0.1:1/x")
        #expect(200..<300 ~= (await change.make(laboratory.admin)).status.code)
        #expect(try await laboratory.dueCount() == 1)
        for (path, content) in [(Self.primary, #"{"apiRoots":["http://127.0.0.1:1"],"enabled":true}"#), (Self.binding, Self.content)] {
            #expect(200..<300 ~= (await RecordChange(.put, path, content, shutsOut: false).make(laboratory.admin)).status.code)
        }
        #expect(try await laboratory.dueCount() == 0)
        await laboratory.database.close()
    }

    @Test func `no member is left out here`() async throws {
        let directory = try TemporaryDirectory()
        let laboratory = try await Laboratory(directory)
        let untouched = await RecordChange.untouched(
            Self.changes.filter { $0.method == .patch },
            in: [
                Self.binding: ["partnerImpi", "createdAt", "updatedAt"], Self.primary: ["systemId", "createdAt", "updatedAt"],
            ], laboratory.admin)
        #expect(untouched == [])
        await laboratory.database.close()
    }

    @Test func `a notice about one primary system's user shuts out nobody of another primary system`() async throws {
        let directory = try TemporaryDirectory()
        let laboratory = try await Laboratory(directory)
        _ = try await laboratory.ask("sip:visitor1@partner.example", calling: "http://127.0.0.1:1/x")
        // The other primary system, and one that has no users here, name the same private identity.
        for system in ["second.example", "third.example"] {
            try await laboratory.store.shutOut(IMPI("user1@primary.example"), by: SystemID(system), for: .permanentTermination, at: .now())
        }
        #expect(try await laboratory.dueCount() == 0)
        try await laboratory.store.shutOut(IMPI("user1@primary.example"), by: SystemID("primary.example"), for: .permanentTermination, at: .now())
        #expect(try await laboratory.dueCount() == 1)
        await laboratory.database.close()
    }

    @Test func `an answer that a notice has crossed is not passed on`() async throws {
        let laboratory = try await BindingLaboratory()
        let source = HeldHome(laboratory.home)
        var translator = laboratory.translator()
        translator = IdentityTranslator(
            bindings: laboratory.store, primary: { _ in source }, now: translator.now, onRecognised: { _ in }, onTranslatedBack: { _ in },
            callbacks: laboratory.callbacks)
        laboratory.callbacks.name("http://127.0.0.1:2/x")
        source.beforeAnswer = { try? await laboratory.callbacks.shutOut(laboratory.homeIMPI, by: laboratory.primary, for: .permanentTermination) }
        let question = try laboratory.question().calling("http://127.0.0.1:1/x")
        let context = CallContext.test(from: try SystemID("partner.example"))
        await #expect(throws: AuthFailure(.tooManyRequests, "")) { try await translator.authenticationInformation(question, in: context) }
        source.beforeAnswer = {}
        _ = try await translator.authenticationInformation(question, in: context)
    }

    /// A primary system to which something happens before its answer arrives.
    private final class HeldHome: AuthenticationInformationSource {
        private let home: HomeDouble
        private let happens = Guarded<@Sendable () async -> Void>({})
        var beforeAnswer: @Sendable () async -> Void {
            get { happens.withLock { $0 } }
            set { happens.withLock { $0 = newValue } }
        }

        init(_ home: HomeDouble) { self.home = home }

        func authenticationInformation(
            _ request: AuthenticationInformationRequest, in context: CallContext
        ) async throws(AuthFailure) -> AuthenticationInformation {
            let answer = try await home.authenticationInformation(request, in: context)
            await beforeAnswer()
            return answer
        }
    }
}
