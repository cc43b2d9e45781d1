import AKA
import Base
import Nhss
import SQLiteStore
import ServiceKit
import Testing
import Vectors

@testable import AuthDB

/// Nothing that can find its way into a log shows a key.
@Suite struct SecretsTests {
    let laboratory: Laboratory

    init() throws { laboratory = try Laboratory() }

    private func expectNoKey(in value: Any, _ place: SourceLocation = #_sourceLocation) throws {
        var dumped = ""
        dump(value, to: &dumped)
        for text in [String(describing: value), String(reflecting: value), dumped] {
            for secret in [Canary.k, Canary.opc, Canary.op] {
                #expect(!text.lowercased().contains(secret), sourceLocation: place)
                // As an array of octets prints.
                let octets = try #require(Hex.decode(secret.utf8)).prefix(4).map(String.init).joined(separator: ", ")
                #expect(!text.contains(octets), sourceLocation: place)
            }
        }
    }

    @Test func `what a subscriber is changed to prints no key`() throws {
        let body = "{\"impus\":[\"sip:a@b.example\"],\"k\":\"\(Canary.k)\",\"op\":\"\(Canary.op)\"}"
        var content = try AdminBody(Array(body.utf8))
        let change = try SubscriberChange(try IMPI(Laboratory.user), &content, replacing: nil, AuthenticationCentre(random: SystemRandom()))
        #expect(change.keys?.material == .milenage(try Canary.key()))
        try expectNoKey(in: change)
    }

    @Test func `what vectors are made of prints no key`() throws {
        let credentials = Credentials(key: .milenage(try Canary.key()), amf: Subscriber.usualAMF, enabled: true, sqn: try SQN(1))
        let admission = Admission(credentials: credentials, resynchronisation: nil)
        try expectNoKey(in: Allocation.Outcome.allocated(Allocation(admission: admission, identities: [], sqns: [])))
        try expectNoKey(in: Standing(credentials: credentials, impuOwner: nil, servingCSCF: nil))
    }

    @Test func `a failure says no key, whichever it is`() async throws {
        await laboratory.provision(sqn: "ffffffffffff")
        let forged = AuthenticationInformationRequest.Resynchronisation(
            rand: try RAND([UInt8](repeating: 1, count: 16)), auts: try AUTS([UInt8](repeating: 2, count: 14)))
        for resynchronisation in [nil, forged] {
            do {
                _ = try await laboratory.ask(resynchronisation: resynchronisation)
                Issue.record("there are vectors")
            } catch { try expectNoKey(in: error) }
        }
        await laboratory.database.close()
        do {
            _ = try await laboratory.ask()
            Issue.record("there are vectors")
        } catch { try expectNoKey(in: error) }
    }
}
