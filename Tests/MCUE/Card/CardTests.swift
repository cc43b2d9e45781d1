import AKA
import Base
import SIP
import Testing

@testable import MCUE

/// The digests were computed apart from this program, from RES of test set 1 of TS 35.208 §4.3.1.
@Suite struct CardTests {
    private func answer(_ challenge: DigestChallenge, sqn: String = UELaboratory.sqnBefore) throws(UEError) -> Card.Answer {
        guard var card = try? UELaboratory.card(sqn: sqn) else { throw UEError(.engineFailed, "no card") }
        return try card.answer(
            challenge, impi: Array(UELaboratory.impi.utf8), method: Array("REGISTER".utf8), uri: Array("sip:partner.example".utf8),
            cnonce: Array("0a4f113b".utf8))
    }

    @Test(
        arguments: [
            (["auth"], "auth", "874ee4b1ae8b4b5a01d53b0d06bac354"), (["auth-int"], "auth-int", "95d8880f12451eb88949645e6f162242"),
            (["auth-int", "AUTH"], "AUTH", "874ee4b1ae8b4b5a01d53b0d06bac354"), ([], nil, "a1271d2b87340bcd19f2a322f37edcb9"),
        ] as [([String], String?, String)])
    func `a fresh challenge is answered with RES`(offered: [String], taken: String?, response: String) throws {
        // The digest is over the qop as it is sent, so that only the lower-case one has the published value.
        let answer = try answer(UELaboratory.challenge(qop: offered))
        #expect(answer.verdict == .authentic)
        #expect(answer.credentials.qop == taken.map { Array($0.utf8) })
        if taken != "AUTH" { #expect(answer.credentials.response.text == response) }
        #expect(answer.credentials.nonceCount?.text == (taken == nil ? nil : "00000001"))
        #expect(answer.credentials.auts == nil)
    }

    @Test func `a challenge whose SQN was accepted before is answered with the AUTS of the test set and no password`() throws {
        let answer = try answer(UELaboratory.challenge(), sqn: UELaboratory.sqn)
        #expect(answer.verdict == .notSynchronised)
        #expect(answer.credentials.auts?.text == "uoU/PBI8z0TpNZbjVcY=")
        #expect(answer.credentials.response.text == "d1af6d0d32bbdc793b6e717835ebc234")
    }

    @Test func `a challenge whose MAC is not made with K is answered with an empty response`() throws {
        let answer = try answer(UELaboratory.challenge(nonce: UELaboratory.forgedNonce))
        #expect(answer.verdict == .networkNotAuthentic)
        #expect(answer.credentials.response.isEmpty && answer.credentials.auts == nil)
    }

    @Test func `a card made from OP answers as one made from OPc`() throws {
        let json = #"{"k":"\#(UELaboratory.k)","op":"\#(UELaboratory.op)","sqn":"\#(UELaboratory.sqnBefore)"}"#
        var card = try Card.made(from: try ISIMFile(.init(Array(json.utf8))))
        let answer = try card.answer(
            UELaboratory.challenge(), impi: Array(UELaboratory.impi.utf8), method: Array("REGISTER".utf8), uri: Array("sip:partner.example".utf8),
            cnonce: Array("0a4f113b".utf8))
        #expect(answer.credentials.response.text == "874ee4b1ae8b4b5a01d53b0d06bac354")
    }

    @Test func `a card remembers what it has accepted`() throws {
        var card = try UELaboratory.card()
        func answer(_ card: inout Card) throws(UEError) -> Card.Verdict {
            try card.answer(UELaboratory.challenge(), impi: [], method: [], uri: [], cnonce: []).verdict
        }
        #expect(try answer(&card) == .authentic)
        #expect(try answer(&card) == .notSynchronised)
        #expect(Hex.encode(card.highestSQN.octets) == UELaboratory.sqn)
    }

    @Test(arguments: ["", "AAAA", "not base 64"]) func `a nonce without RAND and AUTN is the server's fault`(nonce: String) {
        #expect(throws: UEError(.serverFault, "")) { try answer(UELaboratory.challenge(nonce: nonce)) }
    }

    @Test func `a challenge that offers only what is not known is the server's fault`() {
        #expect(throws: UEError(.serverFault, "")) { try answer(UELaboratory.challenge(qop: ["auth-conf"])) }
    }
}
