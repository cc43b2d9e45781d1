import ArgumentParser
import Base
import Support
import Testing

@testable import MCUE

@Suite struct RespondCommandTests {
    private let laboratory: UELaboratory

    init() throws { laboratory = try UELaboratory() }

    private func respond(_ more: [String] = [], nonce: String = UELaboratory.nonce, isim: String = UELaboratory.isim()) throws -> UEExitCode {
        let path = try laboratory.directory.write("isim.json", isim)
        let command = try RespondCommand.parse(
            ["--isim", path, "--impi", UELaboratory.impi, "--realm", UELaboratory.realm, "--nonce", nonce, "--uri", "sip:partner.example"] + more)
        return try command.respond(laboratory.console, UELaboratory.identifiers())
    }

    private var kept: String {
        get throws { String(decoding: try SmallFile.read(laboratory.directory.file("isim.json"), bytesMax: 4_096), as: UTF8.self) }
    }

    @Test func `a challenge is answered with the object that the registration takes`() throws {
        #expect(try respond(["--cnonce", "0a4f113b"]) == .done)
        #expect(
            laboratory.lines == [
                #"{"nonce":"\#(UELaboratory.nonce)","uri":"sip:partner.example","response":"874ee4b1ae8b4b5a01d53b0d06bac354","nc":"00000001","#
                    + #""cnonce":"0a4f113b","qop":"auth"}"#
            ])
        #expect(laboratory.complaints.isEmpty)
        #expect(try kept == UELaboratory.isim(), "the card is as it was")
    }

    @Test func `without a qop the answer has none, and no nonce of its own`() throws {
        #expect(try respond(["--qop", "none"]) == .done)
        #expect(
            laboratory.lines == [
                #"{"nonce":"\#(UELaboratory.nonce)","uri":"sip:partner.example","response":"a1271d2b87340bcd19f2a322f37edcb9"}"#
            ])
    }

    @Test func `the SQN is kept where that is wanted`() throws {
        #expect(try respond(["--update-isim"]) == .done)
        #expect(try kept == UELaboratory.isim(sqn: UELaboratory.sqn) + "\n")
    }

    @Test func `a challenge that is not fresh is answered with AUTS, and that is said`() throws {
        #expect(try respond(["--cnonce", "0a4f113b"], isim: UELaboratory.isim(sqn: UELaboratory.sqn)) == .done)
        #expect(laboratory.lines.first?.contains(#""response":"d1af6d0d32bbdc793b6e717835ebc234","auts":"uoU/PBI8z0TpNZbjVcY=""#) == true)
        #expect(laboratory.complaints.count == 1)
    }

    @Test func `a challenge of somebody else's making is not answered, and has an exit code of its own`() throws {
        #expect(try respond(nonce: UELaboratory.forgedNonce) == .networkNotAuthenticated)
        #expect(laboratory.lines.isEmpty && laboratory.complaints.count == 1)
    }

    @Test func `a nonce that is none and a file that is none are usage errors`() {
        #expect(throws: UEError(.unusable, "")) { try respond(nonce: "AAAA") }
        #expect(throws: UEError(.unusable, "")) { try respond(isim: "{}") }
    }
}
