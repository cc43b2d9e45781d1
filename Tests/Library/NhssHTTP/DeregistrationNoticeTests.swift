import Base
import Contracts
import HTTPKit
import Nhss
import SBI
import Testing

@testable import NhssHTTP

/// The deregistration notification of TS 29.562 (Nhss_imsUECM) on the wire.
@Suite struct DeregistrationNoticeTests {
    static let good = #"{"deregReason":{"reasonCode":"PERMANENT_TERMINATION","reasonText":"gone"},"impi":"user1@primary.example"}"#

    @Test(arguments: DeregistrationReason.allCases) func `what is written is read as it was`(reason: DeregistrationReason) throws {
        let notice = DeregistrationNotice(impi: try IMPI("user1@primary.example"), reason: reason)
        #expect(try DeregistrationNotice(json: notice.json()) == notice)
        let json = try JSONValue(notice.json())
        #expect(json["impi"]?.string == "user1@primary.example")
        #expect(json["deregReason"]?["reasonCode"]?.string == reason.rawValue && json["deregReason"]?["reasonText"]?.string?.isEmpty == false)
    }

    @Test(arguments: [
        ("PERMANENT_TERMINATION", DeregistrationReason.permanentTermination), ("SERVER_CHANGE", .serverChange),
        ("NEW_SERVER_ASSIGNED", .serverChange),
        ("REMOVE_S-CSCF", .permanentTermination), ("A_LATER_RELEASE", .permanentTermination),
    ]) func `every code of the standard is understood, and an unknown one is for good`(code: String, reason: DeregistrationReason) throws {
        let body = Self.good.replacing("PERMANENT_TERMINATION", with: code).replacing(
            "{\"deregReason\"", with: #"{"associatedImpis":["a@b"],"deregReason""#)
        #expect(try DeregistrationNotice(json: Array(body.utf8)).reason == reason)
    }

    @Test(arguments: [
        ("", ""), ("[]", ""), ("{}", "/impi"), (#"{"impi":"user1@primary.example"}"#, "/deregReason"),
        (#"{"deregReason":{"reasonCode":"X","reasonText":"y"}}"#, "/impi"),
        (#"{"deregReason":{"reasonText":"y"},"impi":"a@b.example"}"#, "/deregReason/reasonCode"),
        (#"{"deregReason":{"reasonCode":"X"},"impi":"a@b.example"}"#, "/deregReason/reasonText"),
        (#"{"deregReason":{"reasonCode":"","reasonText":"y"},"impi":"a@b.example"}"#, "/deregReason/reasonCode"),
        (#"{"deregReason":{"reasonCode":1,"reasonText":"y"},"impi":"a@b.example"}"#, "/deregReason/reasonCode"),
        (#"{"deregReason":{"reasonCode":"X","reasonText":null},"impi":"a@b.example"}"#, "/deregReason/reasonText"),
        (#"{"deregReason":"X","impi":"a@b.example"}"#, "/deregReason"),
        (#"{"deregReason":{"reasonCode":"X","reasonText":"y"},"impi":"a b"}"#, "/impi"),
        (#"{"impi":"a@b.example","impi":"a@b.example","deregReason":{"reasonCode":"X","reasonText":"y"}}"#, "/impi"),
    ]) func `what is malformed is refused, and ends nothing`(body: String, pointer: String) async throws {
        let heard = Heard()
        let response = await heard.router().answer(Heard.request(body))
        #expect(response.status == .badRequest, "\(String(decoding: response.body, as: UTF8.self))")
        #expect(
            pointer.isEmpty || String(decoding: response.body, as: UTF8.self).contains(pointer), "\(String(decoding: response.body, as: UTF8.self))")
        #expect(heard.notices.isEmpty)
    }

    @Test func `a good one is handed on with its caller and answered with 204`() async throws {
        let heard = Heard()
        let caller = try SystemID("primary.example")
        let response = await heard.router(CallerDouble(caller)).answer(Heard.request(Self.good))
        #expect(response.status == .noContent && response.body.isEmpty && response.fields["Cache-Control"] == "no-store")
        #expect(heard.notices == [DeregistrationNotice(impi: try IMPI("user1@primary.example"), reason: .permanentTermination)])
        #expect(heard.callers == [caller])
    }

    @Test func `another media type is refused`() async {
        let heard = Heard()
        let response = await heard.router().answer(Heard.request(Self.good, type: "text/plain"))
        #expect(response.status == .unsupportedMediaType && response.fields["Accept"] == "application/json")
        #expect(heard.notices.isEmpty)
    }

    @Test func `a caller who is refused is told so before the notice is looked at, and a notice that is refused is told why`() async {
        let heard = Heard()
        let refusing = CallerDouble { _ throws(Problem) in throw Problem(.forbidden, detail: "no", cause: "X") }
        #expect(await heard.router(refusing).answer(Heard.request("{")).status == .forbidden)
        #expect(heard.notices.isEmpty)
        heard.refuse(with: Problem(.serviceUnavailable, detail: "the store is busy", cause: "NF_CONGESTION"))
        #expect(await heard.router().answer(Heard.request(Self.good)).status == .serviceUnavailable)
    }
}

/// Whoever takes notices, and what they took.
private final class Heard: Sendable {
    private let all = Guarded<[(DeregistrationNotice, SystemID?)]>([])
    private let problem = Guarded<Problem?>(nil)

    var notices: [DeregistrationNotice] { all.withLock { $0.map(\.0) } }
    var callers: [SystemID?] { all.withLock { $0.map(\.1) } }
    func refuse(with problem: Problem) { self.problem.withLock { $0 = problem } }

    func router(_ callers: CallerDouble = CallerDouble(nil)) -> Router {
        var router = Router(describing: Problem.details)
        DeregistrationRoutes(identifying: callers) { [all, problem] (notice, caller) async throws(Problem) in
            if let problem = problem.withLock({ $0 }) { throw problem }
            all.withLock { $0.append((notice, caller)) }
        }.add(to: &router)
        return router
    }

    static func request(_ body: String, type: String = "application/json") -> Request {
        Request(method: .post, path: Array(DeregistrationPath.text.utf8), fields: ["Content-Type": type], body: Array(body.utf8))
    }
}
