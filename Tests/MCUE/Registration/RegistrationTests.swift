import Base
import SIP
import Testing

@testable import MCUE

/// TS 24.229 §5.1.1.2 and §5.1.1.5.
@Suite struct RegistrationTests {
    private let contact = SIPHeader(.contact, "<sip:visitor1@127.0.0.1:5062>;expires=3600")

    private func challenge(nonce: String = UELaboratory.nonce, change: (inout DigestChallenge) -> Void = { _ in }) -> SIPHeader {
        var challenge = UELaboratory.challenge(nonce: nonce)
        change(&challenge)
        return SIPHeader(.wwwAuthenticate, challenge.bytes)
    }

    @Test func `the first REGISTER tells the identities and proves nothing`() throws {
        let laboratory = try RegistrationLaboratory()
        let text = try SIPWriter.bytes(of: laboratory.request).text
        #expect(text.hasPrefix("REGISTER sip:partner.example SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5062;branch=z9hG4bK"))
        for line in [
            "From: <sip:visitor1@partner.example>;tag=", "To: <sip:visitor1@partner.example>\r\n", "CSeq: 1 REGISTER\r\n", "Max-Forwards: 70\r\n",
            "Contact: <sip:visitor1@127.0.0.1:5062>;+sip.instance=\"<urn:uuid:", "Expires: 600000\r\n", "Supported: path\r\n",
            "Session-ID: \(UELaboratory.trace)",
            "User-Agent: mc-ue/\(ProgramVersion.number)\r\n",
        ] { #expect(text.contains("\r\n" + line), "\(line)") }
        let credentials = try laboratory.credentials
        #expect(credentials.username.text == UELaboratory.impi && credentials.realm.text == UELaboratory.realm)
        #expect(credentials.uri.text == "sip:partner.example" && credentials.nonce.isEmpty && credentials.response.isEmpty)
    }

    @Test func `a challenge is answered in the same dialog, and a 200 registers`() throws {
        let laboratory = try RegistrationLaboratory()
        let first = laboratory.request
        #expect(try laboratory.answer(401, [challenge()]))
        let second = laboratory.request
        #expect(second.core.callID == first.core.callID && second.core.from == first.core.from && second.topVia?.branch != first.topVia?.branch)
        #expect(second.core.cSeq.number == 2)
        let credentials = try laboratory.credentials
        #expect(credentials.nonce.text == UELaboratory.nonce && credentials.response.count == 32 && credentials.qop?.text == "auth")
        #expect(credentials.algorithm?.text == "AKAv1-MD5" && credentials.nonceCount?.text == "00000001")
        let headers = [contact, SIPHeader(.pAssociatedURI, "<\(UELaboratory.impu)>"), SIPHeader(.serviceRoute, "<sip:orig@s.example;lr>")]
        #expect(try !laboratory.answer(200, headers))
        let report = laboratory.report
        #expect(report.end == .registered && report.status == 200 && report.challengeCount == 1 && report.warnings.isEmpty)
        #expect(report.contact == "sip:visitor1@127.0.0.1:5062" && report.expiresSeconds == 3_600)
        #expect(report.associatedURIs == [UELaboratory.impu] && report.serviceRoutes == ["sip:orig@s.example;lr"])
    }

    @Test func `a challenge that is not fresh gets AUTS, twice at most`() throws {
        let laboratory = try RegistrationLaboratory(sqn: UELaboratory.sqn)
        for _ in 0..<2 {
            #expect(try laboratory.answer(401, [challenge()]))
            #expect(try laboratory.credentials.auts?.text == "uoU/PBI8z0TpNZbjVcY=")
        }
        #expect(try !laboratory.answer(401, [challenge()]))
        #expect(laboratory.report.end == .notSynchronised && laboratory.report.end.exitCode == .notSynchronised)
        #expect(laboratory.report.resynchronisationCount == 2)
    }

    @Test func `a challenge that the holder of K did not make gets an empty response, twice at most`() throws {
        let laboratory = try RegistrationLaboratory()
        for _ in 0..<2 {
            #expect(try laboratory.answer(401, [challenge(nonce: UELaboratory.forgedNonce)]))
            #expect(try laboratory.credentials.response.isEmpty && laboratory.credentials.auts == nil)
        }
        #expect(try !laboratory.answer(401, [challenge(nonce: UELaboratory.forgedNonce)]))
        #expect(laboratory.report.end == .networkNotAuthenticated && laboratory.report.end.exitCode == .networkNotAuthenticated)
    }

    @Test func `an answer to the challenge that is not accepted is a refusal`() throws {
        let laboratory = try RegistrationLaboratory()
        #expect(try laboratory.answer(401, [challenge()]))
        #expect(try !laboratory.answer(401, [challenge()]))
        #expect(laboratory.report.end == .refused)
    }

    @Test func `a registration time that is too brief is raised once`() throws {
        let laboratory = try RegistrationLaboratory(expiresSeconds: 60)
        #expect(try laboratory.answer(423, [SIPHeader(.minExpires, "600")]))
        #expect(try laboratory.request.headers.expires() == 600)
        #expect(try !laboratory.answer(423, [SIPHeader(.minExpires, "6000")]))
        #expect(laboratory.report.end == .refused && laboratory.report.status == 423)
    }

    @Test(arguments: [[], [SIPHeader(.minExpires, "60")]]) func `a 423 that asks for no longer time is the server's fault`(headers: [SIPHeader])
        throws
    {
        let laboratory = try RegistrationLaboratory(expiresSeconds: 60)
        #expect(try !laboratory.answer(423, headers))
        #expect(laboratory.report.end == .serverFault)
    }

    @Test(arguments: [
        (403, RegistrationReport.End.refused, UEExitCode.refused), (603, .refused, .refused), (302, .failed, .failed), (504, .failed, .failed),
    ])
    func `a final response that is no challenge ends it`(status: Int, end: RegistrationReport.End, code: UEExitCode) throws {
        let laboratory = try RegistrationLaboratory()
        #expect(try !laboratory.answer(status))
        #expect(laboratory.report.end == end && end.exitCode == code && laboratory.report.status == status)
    }

    @Test func `a 200 before anything was proved is the server's fault: the network is not authenticated`() throws {
        let laboratory = try RegistrationLaboratory()
        #expect(try !laboratory.answer(200, [contact]))
        #expect(laboratory.report.end == .serverFault)
    }

    @Test func `a challenge of another algorithm is passed over`() throws {
        let laboratory = try RegistrationLaboratory()
        #expect(try laboratory.answer(401, [challenge { $0.algorithm = Array("MD5".utf8) }, challenge()]))
        #expect(try !laboratory.credentials.response.isEmpty)
    }

    @Test func `challenges of other algorithms or realms alone are the server's fault, and are named`() throws {
        for (change, name) in [({ $0.algorithm = Array("MD5".utf8) }, "MD5"), ({ $0.realm = Array("other.example".utf8) }, "other.example")]
            as [((inout DigestChallenge) -> Void, String)]
        {
            let laboratory = try RegistrationLaboratory()
            #expect(try !laboratory.answer(401, [challenge(change: change)]))
            #expect(laboratory.report.end == .serverFault && laboratory.report.reason?.contains(name) == true)
        }
    }

    @Test func `a response of another dialog is the server's fault`() throws {
        let laboratory = try RegistrationLaboratory()
        var response = try laboratory.response(401, [challenge()])
        response.headers = SIPHeaders(response.headers.fields.map { $0.name == .callID ? SIPHeader(.callID, "other") : $0 })
        #expect(!laboratory.take(response))
        #expect(laboratory.report.end == .serverFault && laboratory.report.reason?.contains("Call-ID") == true)
    }

    @Test func `keys in a challenge are a warning`() throws {
        let laboratory = try RegistrationLaboratory()
        #expect(try laboratory.answer(401, [challenge { $0.ck = SecretOctets([UInt8](repeating: 1, count: 16)) }]))
        #expect(laboratory.report.warnings.count == 1)
    }

    @Test func `a deregistration that is granted without a challenge is done, with a warning`() throws {
        let laboratory = try RegistrationLaboratory(expiresSeconds: 0)
        #expect(try !laboratory.answer(200, []))
        #expect(laboratory.report.end == .deregistered && laboratory.report.warnings.count == 1)
    }

    @Test func `deregistration removes every contact, or the one that is named`() throws {
        let all = try RegistrationLaboratory(expiresSeconds: 0).request
        #expect(all.headers.first(.contact)?.text == "*" && all.headers.first(.expires)?.text == "0")
        let one = try RegistrationLaboratory(expiresSeconds: 0, contact: "sip:me@198.51.100.1").request
        #expect(one.headers.first(.contact)?.text.hasPrefix("<sip:me@198.51.100.1>;+sip.instance=") == true)
    }

    @Test func `deregistration warns where the contact is still there`() throws {
        for (headers, warnings) in [([], 0), ([contact], 1)] as [([SIPHeader], Int)] {
            let laboratory = try RegistrationLaboratory(expiresSeconds: 0)
            #expect(try laboratory.answer(401, [challenge()]))
            #expect(try !laboratory.answer(200, headers))
            #expect(laboratory.report.end == .deregistered && laboratory.report.warnings.count == warnings)
        }
    }
}
