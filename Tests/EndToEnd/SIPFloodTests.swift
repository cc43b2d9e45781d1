import Base
import Foundation
import HTTPKit
import Support
import Testing

@testable import MCUE

/// A stranger floods the SIP core with REGISTERs in the name of a user who is not registered yet, and the user registers all the same.
@Suite(.serialized) struct SIPFloodTests {
    /// What the bound of `--user-rate 4/32` leaves to one address that the user has not authenticated from: half the burst, a quarter of the rate.
    private static let strangerBurst = 16.0
    private static let strangerPerSecond = 1.0
    private static let registrations = 8

    @Test(.timeLimit(.minutes(2))) func `a stranger who floods the SIP core in the name of a user keeps nobody out and spends few vectors`()
        async throws
    {
        let laboratory = try await ChainLaboratory()
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        let spentBefore = try Self.spentVectors(laboratory)
        let began = Instant.now
        let flood = try await SIPFlood(on: group.first, from: "127.0.0.2", at: laboratory.sip("udp"))
        // The stranger has used up what one address gets before the user comes.
        #expect(await eventually { flood.answers(500) > 0 })
        let ue = SlowUE(loop: group.first, server: laboratory.sip("udp"))
        for number in 1...Self.registrations {
            let report = try await ue.register()
            #expect(report.end == .registered && report.challengeCount == 1, "registration \(number): \(report)")
        }
        for transport in ["udp", "tcp"] {
            let registration = try laboratory.register(transport)
            #expect(registration.status == 0, "mc-ue over \(transport): \(registration.output)")
        }
        await flood.stop()
        let seconds = (Instant.now - began) / .seconds(1)
        #expect(flood.answers(500) > flood.sent / 4, "\(flood.sent) sent, \(flood.answers(401)) challenged")
        let strangers = Self.strangerBurst + Self.strangerPerSecond * seconds + 1
        #expect(Double(flood.answers(401)) <= strangers)
        let most = strangers + Double(Self.registrations + 2)
        let questions = try Self.questions(to: laboratory.partnerMMS)
        #expect(questions > 0 && Double(questions) <= most, "\(questions) questions within \(seconds) s")
        #expect(Double(try Self.spentVectors(laboratory) - spentBefore) <= most)
        #expect(laboratory.stop() == [0, 0, 0, 0, 0])
    }

    /// Questions for vectors that a service has answered, whatever the answer.
    private static func questions(to service: ServiceProcess) throws -> Int {
        let lines = try Curl.send("GET", "\(service.admin)/metrics").body.split(separator: "\n")
        let counts = lines.filter { $0.hasPrefix("http_server_request_duration_seconds_count") && $0.contains("generate-sip-auth-data") }
        return counts.reduce(0) { $0 + (Int($1.split(separator: " ").last ?? "") ?? 0) }
    }

    /// How far the SEQ of the user has moved.
    private static func spentVectors(_ laboratory: ChainLaboratory) throws -> Int {
        let subscriber = try Curl.send("GET", "\(laboratory.authDB.admin)/admin/v1/subscribers/\(ChainLaboratory.home)").object
        return (Int(subscriber["currentSqn"] as? String ?? "", radix: 16) ?? 0) >> 5
    }
}
