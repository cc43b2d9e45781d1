import AKA
import Contracts
import HTTPKit
import Nhss
import NhssHTTP
import Testing

@testable import AuthDB

@Suite struct WireTests {
    let laboratory: Laboratory

    init() throws { laboratory = try Laboratory() }

    func post(_ body: String, _ impi: String = "user1%40primary.example") async -> Response {
        await laboratory.signalling.answer(
            Request(
                method: .post, path: Array("/nhss-ims-ueau/v1/\(impi)/security-information/generate-sip-auth-data".utf8),
                fields: ["Content-Type": "application/json"], body: Array(body.utf8)))
    }

    @Test func `a standard question is answered with one vector for the identities asked for`() async throws {
        await laboratory.provision()
        let response = await post("{\"cscfServerName\":\"sip:s\",\"sipAuthenticationScheme\":\"DIGEST-AKAV1-MD5\",\"unknownMember\":1}")
        #expect(response.status == .ok)
        let answer = try AuthenticationInformation(json: response.body)
        #expect(answer.impi == (try IMPI(Laboratory.user)))
        #expect(answer.impu == nil)
        #expect(answer.items.count == 1)
    }

    @Test func `an answer about a public identity names all that are registered with it, the default one first`() async throws {
        await laboratory.provision(impus: ["tel:+15550100", "sip:user1@primary.example"])
        let question = "{\"cscfServerName\":\"sip:s\",\"sipAuthenticationScheme\":\"DIGEST-AKAV1-MD5\"%}"
        let answer = await post(question.replacing("%", with: ",\"impu\":\"sip:user1@primary.example\""))
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(text.contains("\"associatedPublicIdentities\":[\"tel:+15550100\",\"sip:user1@primary.example\"]"))
        #expect(!String(decoding: await post(question.replacing("%", with: "")).body, as: UTF8.self).contains("associated"))
    }

    @Test(arguments: ["0", "-1", "1.5", "\"1\"", "null"]) func `a number of vectors that is none is refused and spends nothing`(number: String)
        async throws
    {
        await laboratory.provision()
        let response = await post("{\"cscfServerName\":\"sip:s\",\"sipAuthenticationScheme\":\"DIGEST-AKAV1-MD5\",\"sipNumberAuthItems\":\(number)}")
        #expect(response.status == .badRequest)
        #expect(try await laboratory.currentSQN().seq == 0)
    }

    @Test(arguments: [
        ("nobody%40primary.example", "DIGEST-AKAV1-MD5", 404, "USER_NOT_FOUND"),
        ("user1@primary.example", "UNKNOWN", 403, "AUTH_SCHEME_NOT_SUPPORTED"),
    ]) func `a refusal is a problem document`(impi: String, scheme: String, status: Int, cause: String) async throws {
        await laboratory.provision()
        let response = await post("{\"cscfServerName\":\"sip:s\",\"sipAuthenticationScheme\":\"\(scheme)\"}", impi)
        #expect(response.status.code == status)
        #expect(response.member("cause") == cause)
        #expect(response.fields["Content-Type"] == "application/problem+json")
    }
}
