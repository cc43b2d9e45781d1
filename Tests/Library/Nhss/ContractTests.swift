import Base
import Testing

@testable import Nhss

@Suite struct ContractTests {
    @Test(arguments: ["DIGEST-AKAV1-MD5", "DIGEST-HTTP", "NBA", "GIBA", "UNKNOWN", "digest-akav1-md5", "X"])
    func `a scheme goes out as it came`(text: String) {
        #expect(SIPAuthenticationScheme(text).text == text)
        #expect((SIPAuthenticationScheme(text) == .other(text)) == ["digest-akav1-md5", "X"].contains(text))
    }

    // MARK: Answers

    @Test(
        arguments: [
            ("a@b", "sip:a@b", "a@b", "sip:a@b", true), ("a@b", "sip:a@b", "a@b", nil, true), ("a@b", nil, "a@b", nil, true),
            ("a@b", "sip:a@b", "c@b", "sip:a@b", false), ("a@b", "sip:a@b", "a@b", "sip:c@b", false), ("a@b", nil, "a@b", "sip:a@b", false),
            ("a@b", "sip:a@b", "c@b", nil, false),
        ] as [(String, String?, String, String?, Bool)])
    func `an answer is about the question where it names no other identity`(
        impi: String, impu: String?, answeredIMPI: String, answeredIMPU: String?, isAbout: Bool
    ) throws {
        let question = AuthenticationInformationRequest(impi: try IMPI(impi), impu: try impu.map { try IMPU($0) }, cscfServerName: "sip:s")
        let answer = AuthenticationInformation(impi: try IMPI(answeredIMPI), impu: try answeredIMPU.map { try IMPU($0) }, items: .aka([]))
        #expect(answer.isAbout(question) == isAbout)
    }

    // MARK: Traces

    static let field = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func `a traceparent is read, and its child is in the same trace`() throws {
        let parent = try #require(TraceParent(parsing: Self.field.utf8))
        #expect(parent.text == Self.field)
        #expect(parent.traceIDText == "0af7651916cd43dd8448eb211c80319c")
        #expect(parent.child { 0x0102_0304_0506_0708 }.text == "00-0af7651916cd43dd8448eb211c80319c-0102030405060709-01")
    }

    @Test func `a trace that was begun outside goes on, unless it is none`() throws {
        let traceID = try #require(TraceID(parsing: Self.field.utf8.dropFirst(3).prefix(32)))
        #expect(TraceParent(continuing: traceID) { 0x0102_0304_0506_0708 }?.text == "00-0af7651916cd43dd8448eb211c80319c-0102030405060709-01")
        #expect(TraceParent(continuing: TraceID(SixteenOctets(high: 0, low: 0))) { 7 } == nil)
    }

    @Test func `a started trace is one that others read`() throws {
        let started = TraceParent { 0 }
        #expect(TraceParent(parsing: started.text.utf8) == started)
    }

    @Test(arguments: [
        "", "00", field + "-00", field.uppercased(), "ff" + field.dropFirst(2), String(field.dropLast()), field + " ", " " + field,
        "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01", "000-af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "01" + field.dropFirst(2) + "0",
        "01" + field.dropFirst(2) + "-" + String(repeating: "x", count: 500),
    ])
    func `a malformed traceparent is none`(field: String) {
        #expect(TraceParent(parsing: field.utf8) == nil)
    }

    @Test func `a traceparent of a later version is read as far as we know it`() {
        #expect(TraceParent(parsing: ("01" + Self.field.dropFirst(2).dropLast() + "9-more").utf8)?.text == Self.field)
    }

    // MARK: Failures

    @Test(arguments: AuthFailure.Code.allCases)
    func `a hop says of the next hop's failure what that said, but for an invalid request and congestion`(code: AuthFailure.Code) {
        let failure = AuthFailure(code, "why", invalidParameters: [.init("/x", "is wrong")], retryAfter: .seconds(3))
        let forwarded = failure.forwarded()
        let other: [AuthFailure.Code: AuthFailure.Code] = [.invalidRequest: .internalFailure, .congested: .peerCongested]
        #expect(forwarded.code == other[code] ?? code)
        #expect(forwarded.invalidParameters.isEmpty)
        #expect((forwarded.code == .userNotFound) == (code == .userNotFound))
        if code != .invalidRequest { #expect(forwarded.retryAfter == .seconds(3)) }
    }

    @Test func `failures are equal when their codes are`() {
        #expect(AuthFailure(.timedOut, "a") == AuthFailure(.timedOut, "b"))
        #expect(AuthFailure(.timedOut, "a") != AuthFailure(.congested, "a"))
    }
}
