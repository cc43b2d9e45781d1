import Base
import Foundation
import Testing
import Vectors

@testable import Nhss

/// The wire files, one message each, byte for byte.
enum Golden {
    static func bytes(_ name: String) throws -> [UInt8] {
        let file = try #require(Bundle.module.url(forResource: "Golden/\(name)", withExtension: "json"), "no golden file \(name)")
        return [UInt8](try Data(contentsOf: file))
    }

    static let rand = "23553cbe9637a89d218ae64dae47bf35"

    static func vector(rand: String = rand, xres: String) throws -> AuthenticationVector {
        try AuthenticationVector(
            rand: RAND(hex: rand), xres: XRES(hex: xres), autn: AUTN(hex: "55f328b43577b9b94a9ffac354dfafb3"),
            ck: CK(hex: "b40ba9a3c58b2a05bbf0d987b21bf8cb"), ik: IK(hex: "f769bcd751044604127672711c6d3441"))
    }

    static func request(
        impu: IMPU? = nil, numberOfItems: Int = 1, resynchronisation: AuthenticationInformationRequest.Resynchronisation? = nil,
        visiting: SystemID? = nil
    ) throws -> AuthenticationInformationRequest {
        AuthenticationInformationRequest(
            impi: try IMPI("visitor1@partner.example"), impu: impu, cscfServerName: "sip:scscf.partner.example", numberOfItems: numberOfItems,
            resynchronisation: resynchronisation, visitedSystem: visiting)
    }

    static func requests() throws -> [(String, AuthenticationInformationRequest)] {
        [
            ("request", try request()),
            ("request-with-impu", try request(impu: IMPU("sip:visitor1@partner.example"), numberOfItems: 2)),
            (
                "request-resynchronisation",
                try request(resynchronisation: .init(rand: RAND(hex: rand), auts: AUTS(hex: "451e8beea438679f6095315c24f5")))
            ),
            ("request-visited-system", try request(impu: IMPU("tel:+12015550123"), visiting: SystemID("partner.example"))),
        ]
    }

    static func results() throws -> [(String, AuthenticationInformation)] {
        [
            ("result", try AuthenticationInformation(impi: IMPI("user1@primary.example"), items: .aka([vector(xres: "a54211d5e3ba50bf")]))),
            (
                "result-with-impu",
                try AuthenticationInformation(
                    impi: IMPI("visitor1@partner.example"), impu: IMPU("sip:visitor1@partner.example"),
                    items: .aka([
                        vector(xres: "a54211d5"), vector(rand: String(repeating: "0", count: 32), xres: "a54211d5e3ba50bfa54211d5e3ba50bf"),
                    ]))
            ),
        ]
    }
}
