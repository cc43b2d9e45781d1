import AKA
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

@testable import AuthDB

/// Every change of a subscriber that would make a question be refused, or take an identity away, is told to whoever asked. No other is.
@Suite struct ShutOutTests {
    private static let subscriber = "subscribers/user1@primary.example"
    private static let first = "sip:user1@primary.example"
    private static let second = "tel:+15550101"
    private static let third = "tel:+15550102"
    private static let impus = #"["\#(first)","\#(second)",{"impu":"\#(third)","barred":true}]"#
    private static let content = """
        {"impus":\(impus),"algorithm":"MILENAGE","k":"\(Canary.k)","opc":"\(Canary.opc)","amf":"8000","enabled":true}
        """

    private static func impus(_ list: String) -> String { "{\"impus\":[\(list)]}" }

    static let changes = [
        RecordChange(.patch, subscriber, #"{"enabled":false}"#, shutsOut: true),
        RecordChange(.patch, subscriber, #"{"enabled":true}"#, shutsOut: false),
        RecordChange(.patch, subscriber, impus(#""\#(first)","\#(third)""#), shutsOut: true),
        RecordChange(.patch, subscriber, impus(#""\#(first)","\#(second)""#), shutsOut: true),
        RecordChange(.patch, subscriber, impus(#""\#(second)","\#(third)""#), shutsOut: true),
        RecordChange(.patch, subscriber, impus(#""\#(third)","\#(second)","\#(first)""#), shutsOut: false),
        RecordChange(.patch, subscriber, impus(#""\#(first)","\#(second)","\#(third)","tel:+15550109""#), shutsOut: false),
        RecordChange(
            .patch, subscriber, impus(#""\#(first)",{"impu":"\#(second)","barred":true},"\#(third)""#), shutsOut: true),
        RecordChange(
            .patch, subscriber, impus(#"{"impu":"\#(first)","barred":true},"\#(second)","\#(third)""#), shutsOut: true),
        RecordChange(
            .patch, subscriber, impus(#""\#(first)","\#(second)",{"impu":"\#(third)","barred":false}"#), shutsOut: false),
        RecordChange(.patch, subscriber, #"{"amf":"9000"}"#, shutsOut: false),
        RecordChange(.patch, subscriber, #"{"sqn":"000000001000"}"#, shutsOut: false),
        RecordChange(.patch, subscriber, #"{"algorithm":"MILENAGE"}"#, shutsOut: false),
        RecordChange(.put, subscriber, content, shutsOut: false),
        RecordChange(.delete, subscriber, shutsOut: true),
    ]

    /// AuthDB without sockets, with its records on disk.
    private struct Bench {
        let laboratory: Laboratory
        let issuer: VectorIssuer
        let store: SQLiteCallbackStore

        init() async throws {
            laboratory = try Laboratory()
            store = SQLiteCallbackStore(laboratory.database, SQLiteSubscriberStore.callbackRules)
            let made = laboratory.issuer
            issuer = VectorIssuer(
                store: made.store, centre: made.centre, ownSystem: made.ownSystem, onEvent: { _ in },
                callbacks: CallbackLedger(store, now: Timestamp.now))
            let response = await RecordChange(.put, subscriber, content, shutsOut: false).make(laboratory.admin)
            #expect(response.status == .created, "\(response.text)")
        }

        /// - Returns: whether the identity is barred; nil where the question is refused.
        func ask(_ impu: String?, calling uri: String? = nil) async throws -> Bool? {
            let question = AuthenticationInformationRequest(
                impi: try IMPI(Laboratory.user), impu: try impu.map { try IMPU($0) }, cscfServerName: "sip:scscf", deregCallbackUri: uri)
            guard let answer = try? await issuer.authenticationInformation(question, in: try laboratory.context()) else { return nil }
            return answer.associatedIdentities.first { $0.impu == question.impu }?.isBarred ?? false
        }

        func answers() async throws -> [Bool?] {
            var answers: [Bool?] = []
            for impu in [first, second, third] { answers.append(try await ask(impu)) }
            return answers
        }

        func dueCount() async throws -> Int {
            while try await store.judge(at: .now()).hasMore {}
            return try await store.judge(at: .now()).pending
        }
    }

    @Test(arguments: changes, [first, nil]) func `whoever asked is told exactly of what ends the answer`(change: RecordChange, impu: String?)
        async throws
    {
        let bench = try await Bench()
        let before = try await bench.answers()
        #expect(before == [false, false, true])
        #expect(try await bench.ask(impu, calling: "http://127.0.0.1:1/x") != nil)
        #expect(try await bench.dueCount() == 0)
        let response = await change.make(bench.laboratory.admin)
        #expect(200..<300 ~= response.status.code, "\(response.text)")
        let after = try await bench.answers()
        let isLess = zip(before, after).contains { before, after in after == nil || after == true && before == false }
        #expect(isLess == change.shutsOut, "the table says what the questions say")
        #expect(try await bench.dueCount() == (change.shutsOut ? 1 : 0))
        await bench.laboratory.database.close()
    }

    @Test(arguments: changes.filter(\.shutsOut)) func `what is taken back before the notice is heard ends nothing`(change: RecordChange) async throws
    {
        let bench = try await Bench()
        #expect(try await bench.ask(Self.first, calling: "http://127.0.0.1:1/x") != nil)
        #expect(200..<300 ~= (await change.make(bench.laboratory.admin)).status.code)
        #expect(try await bench.dueCount() == 1)
        let explicit = Self.content.replacingOccurrences(of: "\"\(Self.first)\"", with: #"{"impu":"\#(Self.first)","barred":false}"#)
            .replacingOccurrences(of: "\"\(Self.second)\"", with: #"{"impu":"\#(Self.second)","barred":false}"#)
        #expect(200..<300 ~= (await RecordChange(.put, Self.subscriber, explicit, shutsOut: false).make(bench.laboratory.admin)).status.code)
        #expect(try await bench.dueCount() == 0)
        await bench.laboratory.database.close()
    }

    @Test func `no member is left out here`() async throws {
        let bench = try await Bench()
        let untouched = await RecordChange.untouched(
            Self.changes.filter { $0.method == .patch },
            // A new key changes nothing for whoever is registered. The number shown is the one that `sqn` sets.
            in: [Self.subscriber: ["impi", "keyCheckValue", "currentSqn", "createdAt", "updatedAt"]], bench.laboratory.admin)
        #expect(untouched == [])
        await bench.laboratory.database.close()
    }
}
