import HTTPKit
import Nhss
import Testing

@testable import NhssHTTP

@Suite struct DeregistrationNoticeTests {
    private static func refusal(_ body: String) -> JSONError? {
        do throws(JSONError) { _ = try DeregistrationNotice(json: Array(body.utf8)) } catch { return error }
        return nil
    }

    @Test func `a notice is read as it is written`() throws {
        let notice = DeregistrationNotice(impi: try IMPI("user1@primary.example"))
        #expect(try DeregistrationNotice(json: notice.json()) == notice)
    }

    @Test(arguments: [
        #"{"impi":"a@r.example","deregReason":{"reasonCode":"NEW_SERVER_ASSIGNED","reasonText":""}}"#,
        #"{"colour":1,"deregReason":{"reasonText":"text \u00e9","x":[],"reasonCode":"X"},"impi":"a@r.example","associatedImpis":["b@r.example"]}"#,
    ]) func `a notice of another system is read, and members that are not known are ignored`(body: String) { #expect(Self.refusal(body) == nil) }

    /// TS 29.562 §6.1.6.2: both members of `DeregistrationReason` are mandatory.
    @Test(arguments: [
        (#"{"impi":"a@r.example"}"#, "/deregReason"), (#"{"deregReason":{"reasonCode":"X","reasonText":""}}"#, "/impi"),
        (#"{"impi":"a@r.example","deregReason":{"reasonCode":"X"}}"#, "/deregReason/reasonText"),
        (#"{"impi":"a@r.example","deregReason":{"reasonText":"x"}}"#, "/deregReason/reasonCode"),
        (#"{"impi":"a@r.example","deregReason":{"reasonCode":"","reasonText":"x"}}"#, "/deregReason/reasonCode"),
        (#"{"impi":"a@r.example","deregReason":{"reasonCode":"a b","reasonText":"x"}}"#, "/deregReason/reasonCode"),
        (#"{"impi":"a@r.example","deregReason":{"reasonCode":"X","reasonText":1}}"#, "/deregReason/reasonText"),
        (#"{"impi":"a@r.example","deregReason":"X"}"#, "/deregReason"), (#"{"impi":"a","deregReason":{"reasonCode":"X","reasonText":""}}"#, "/impi"),
    ]) func `what is missing or wrong is named`(body: String, path: String) { #expect(Self.refusal(body)?.path == path) }
}
