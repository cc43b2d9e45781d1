import HTTPKit
import Testing

@testable import SipCoreStub

@Suite struct JSONRegistrationTests {
    private struct NoDomain: Error {}

    private func answer(_ more: String) async throws -> Response {
        let laboratory = try RegistrarLaboratory()
        guard let home = HomeDomain(realm: "partner.example", serverName: "sip:scscf.partner.example") else { throw NoDomain() }
        var router = Router()
        JSONRegistration(laboratory.registrar, home: home).add(to: &router)
        let body = #"{"impi":"visitor1@partner.example","impu":"sip:visitor1@partner.example","contact":"sip:visitor1@127.0.0.1:5062"\#(more)}"#
        let request = Request(
            method: .post, path: Array(JSONRegistration.path.utf8), fields: ["Content-Type": "application/json"], body: Array(body.utf8))
        let (reply, _) = router.reply(to: request)
        switch reply {
        case .now(let response): return response
        case .later(let work): return await work()
        }
    }

    @Test(arguments: [
        "", #","expires":0.0"#, #","expires":600,"callId":"a b~""#, #","challengeResponse":null"#,
        #","challengeResponse":{"nonce":"bm9uY2U=","response":""}"#,
        #","challengeResponse":{"nonce":"n","response":"20ED7ce8a683bfae2b95c60bc9987b5f","nc":"0000000A","qop":"auth","cnonce":"c","uri":"sip:x"}"#,
        #","challengeResponse":{"nonce":"n","response":null,"nc":null,"qop":null,"cnonce":null,"uri":null,"auts":null}"#,
    ]) func `what the document allows is answered by the registrar`(more: String) async throws {
        #expect([401, 404].contains(try await answer(more).status.code), "\(more)")
    }

    @Test(arguments: [
        (#","expires":-1"#, "/expires"), (#","expires":0.5"#, "/expires"), (#","callId":"""#, "/callId"), (#","callId":"\u00e9""#, "/callId"),
        (#","callId":1"#, "/callId"), (#","challengeResponse":{}"#, "/challengeResponse/nonce"),
        (#","challengeResponse":{"nonce":"n","response":"20ed"}"#, "/challengeResponse/response"),
        (#","challengeResponse":{"nonce":"n","response":"20ed7ce8a683bfae2b95c60bc9987b5g"}"#, "/challengeResponse/response"),
        (#","challengeResponse":{"nonce":"n","nc":"1"}"#, "/challengeResponse/nc"),
        (#","challengeResponse":{"nonce":"n","nc":"0000000g"}"#, "/challengeResponse/nc"),
        (#","challengeResponse":{"nonce":"n","qop":"auth-int"}"#, "/challengeResponse/qop"),
        (#","challengeResponse":{"nonce":"n","cnonce":""}"#, "/challengeResponse/cnonce"),
        (#","challengeResponse":{"nonce":"n","colour":1}"#, "/challengeResponse/colour"), (#","colour":1"#, "/colour"),
    ]) func `what the document does not allow is refused by name`(more: String, param: String) async throws {
        let response = try await answer(more)
        #expect(response.status == .badRequest)
        #expect(try JSONValue(response.body)["invalidParams"]?.array?.compactMap { $0["param"]?.string } == [param])
    }
}
