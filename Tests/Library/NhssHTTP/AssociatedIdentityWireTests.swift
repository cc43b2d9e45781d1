import HTTPKit
import Nhss
import Testing
import Vectors

@testable import NhssHTTP

/// `associatedPublicIdentities` of the result.
@Suite struct AssociatedIdentityWireTests {
    private static let vector =
        #"{"rand":"23553cbe9637a89d218ae64dae47bf35","xres":"a54211d5e3ba50bf","autn":"55f328b43577b9b94a9ffac354dfafb3","#
        + #""ck":"b40ba9a3c58b2a05bbf0d987b21bf8cb","ik":"f769bcd751044604127672711c6d3441"}"#

    private static func result(_ set: String) throws(JSONError) -> AuthenticationInformation {
        let text = #"{"impi":"a@b","impu":"sip:a@b","associatedPublicIdentities":\#(set),"3gAkaAvs":[\#(vector)]}"#
        return try AuthenticationInformation(json: Array(text.utf8))
    }

    @Test func `a set is read as it is written, in its order, with what is barred`() throws {
        let set = #"["tel:+15550100","sip:a@b",{"impu":"sip:c@b","barred":true}]"#
        let result = try Self.result(set)
        let expected = [
            AssociatedIdentity(try IMPU("tel:+15550100")), AssociatedIdentity(try IMPU("sip:a@b")),
            AssociatedIdentity(try IMPU("sip:c@b"), isBarred: true),
        ]
        #expect(result.associatedIdentities == expected)
        #expect(String(decoding: result.json(), as: UTF8.self).contains("\"associatedPublicIdentities\":\(set)"))
        #expect(try AuthenticationInformation(json: result.json()) == result)
    }

    @Test(arguments: [#"["SIP:a@B"]"#, #"[{"impu":"sip:a@b"}]"#, #"[{"barred":false,"impu":"sip:a@b","colour":7}]"#, #"["sip:\u0061@b"]"#])
    func `an identity in another spelling is the same`(set: String) throws {
        #expect(try Self.result(set).associatedIdentities == [AssociatedIdentity(try IMPU("sip:a@b"))])
    }

    @Test func `an identity that is registered alone needs no set, unless it is barred`() throws {
        func isWritten(_ set: String) throws -> Bool { String(decoding: try Self.result(set).json(), as: UTF8.self).contains("associated") }
        #expect(try !isWritten(#"["sip:a@b"]"#))
        #expect(try isWritten(#"[{"impu":"sip:a@b","barred":true}]"#))
        #expect(try isWritten(#"["sip:a@b","sip:c@b"]"#))
    }

    @Test func `an answer without a set is written without one`() throws {
        var result = try Self.result("[]")
        #expect(result.associatedIdentities.isEmpty)
        result.associatedIdentities = []
        #expect(!String(decoding: result.json(), as: UTF8.self).contains("associated"))
    }

    @Test(arguments: [
        "{}", "7", "null", "[7]", "[null]", #"["a@b"]"#, #"[{"barred":true}]"#, #"[{"impu":"sip:a@b","barred":1}]"#, #"["sip:a@b","SIP:a@b"]"#,
        #"["sip:a@b",{"impu":"sip:a@b","barred":true}]"#, "[" + (0...32).map { "\"sip:u\($0)@b\"" }.joined(separator: ",") + "]",
    ]) func `a set that is none, that names an identity twice or is too large is refused`(set: String) {
        #expect(throws: JSONError.self) { try Self.result(set) }
    }

    @Test func `a set without the identity that was asked for is about another user`() throws {
        let request = AuthenticationInformationRequest(impi: try IMPI("a@b"), impu: try IMPU("sip:a@b"), cscfServerName: "sip:s")
        #expect(try Self.result(#"["sip:c@b","sip:a@b"]"#).isAbout(request))
        #expect(try !Self.result(#"["sip:c@b"]"#).isAbout(request))
        #expect(try !Self.result(#"["sip:a@b"]"#).isAbout(request.renamed(request.impi, nil, visiting: nil)))
    }
}
