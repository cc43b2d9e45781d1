import HTTPKit
import Nhss
import SBI
import Testing
import Vectors

@testable import NhssHTTP

@Suite struct WireTests {
    static let impi = "visitor1@partner.example"

    /// The first error of a request body.
    static func refusal(_ body: String) throws -> JSONError? {
        let impi = try IMPI(impi)
        do throws(JSONError) { _ = try AuthenticationInformationRequest(impi: impi, json: Array(body.utf8)) } catch { return error }
        return nil
    }

    static func resultRefusal(_ body: String) -> JSONError? {
        do throws(JSONError) { _ = try AuthenticationInformation(json: Array(body.utf8)) } catch { return error }
        return nil
    }

    // MARK: Golden files

    @Test func `each request is written and read as its golden file says`() throws {
        for (name, request) in try Golden.requests() {
            let bytes = try Golden.bytes(name)
            #expect(request.json() == bytes, "\(name)")
            #expect(try AuthenticationInformationRequest(impi: request.impi, json: bytes) == request, "\(name)")
        }
    }

    @Test func `each result is written and read as its golden file says`() throws {
        for (name, result) in try Golden.results() {
            let bytes = try Golden.bytes(name)
            #expect(result.json() == bytes, "\(name)")
            #expect(try AuthenticationInformation(json: bytes) == result, "\(name)")
        }
    }

    @Test func `every truncation of a golden body is refused`() throws {
        for (name, request) in try Golden.requests() {
            let bytes = try Golden.bytes(name)
            for length in bytes.indices {
                #expect(throws: JSONError.self) { try AuthenticationInformationRequest(impi: request.impi, json: Array(bytes[..<length])) }
            }
        }
        for (name, _) in try Golden.results() {
            let bytes = try Golden.bytes(name)
            for length in bytes.indices { #expect(throws: JSONError.self) { try AuthenticationInformation(json: Array(bytes[..<length])) } }
        }
    }

    // MARK: Requests

    @Test func `unknown members, any order, escapes and either case of hex are taken`() throws {
        let body = #"""
            {"supportedFeatures":"0",
             "resynchronizationInfo":{"auts":"451E8BEEA438679F6095315C24F5","x":[1],"rand":"23553CBE9637A89D218AE64DAE47BF35"},
             "sipNumberAuthItems":5,"sip\u0041uthenticationScheme":"DIGEST-HTTP","cscfServerName":"sip:s","IMPU":7,"impu":"SIP:a@H;x=y"}
            """#
        let request = try AuthenticationInformationRequest(impi: IMPI(Self.impi), json: Array(body.utf8))
        #expect(request.scheme == .digestHTTP)
        #expect(request.numberOfItems == 5)
        #expect(request.impu?.text == "sip:a@h")
        #expect(try request.resynchronisation?.rand == RAND(hex: Golden.rand))
    }

    @Test func `one vector is wanted where no number is given`() throws {
        let body = #"{"cscfServerName":"sip:s","sipAuthenticationScheme":"DIGEST-AKAV1-MD5"}"#
        #expect(try AuthenticationInformationRequest(impi: IMPI(Self.impi), json: Array(body.utf8)).numberOfItems == 1)
    }

    static let good = #""cscfServerName":"sip:s","sipAuthenticationScheme":"DIGEST-AKAV1-MD5""#
    static let rand32 = String(repeating: "0", count: 32)
    static let auts28 = String(repeating: "0", count: 28)

    @Test(arguments: [
        ("{}", JSONError.Code.missingMember, "/cscfServerName"), (#"{"cscfServerName":"sip:s"}"#, .missingMember, "/sipAuthenticationScheme"),
        (#"{"sipAuthenticationScheme":"X"}"#, .missingMember, "/cscfServerName"), (#"{"cscfServerName":1}"#, .wrongType, "/cscfServerName"),
        (#"{"cscfServerName":null}"#, .wrongType, "/cscfServerName"), (#"{"cscfServerName":""}"#, .invalidValue, "/cscfServerName"),
        (#"{"cscfServerName":"a\r\nb"}"#, .invalidValue, "/cscfServerName"),
        (#"{"sipAuthenticationScheme":[]}"#, .wrongType, "/sipAuthenticationScheme"),
        ("{\(good),\"sipNumberAuthItems\":\"1\"}", .wrongType, "/sipNumberAuthItems"),
        ("{\(good),\"sipNumberAuthItems\":1.5}", .wrongType, "/sipNumberAuthItems"),
        ("{\(good),\"sipNumberAuthItems\":0}", .outOfRange, "/sipNumberAuthItems"),
        ("{\(good),\"sipNumberAuthItems\":-1}", .outOfRange, "/sipNumberAuthItems"),
        ("{\(good),\"sipNumberAuthItems\":99999999999999999999}", .outOfRange, "/sipNumberAuthItems"),
        ("{\(good),\"sipNumberAuthItems\":null}", .wrongType, "/sipNumberAuthItems"),
        ("{\(good),\"cscfServerName\":\"sip:t\"}", .duplicateMember, "/cscfServerName"),
        ("{\(good),\"resynchronizationInfo\":{}}", .missingMember, "/resynchronizationInfo/rand"),
        ("{\(good),\"resynchronizationInfo\":{\"rand\":\"\(rand32)\"}}", .missingMember, "/resynchronizationInfo/auts"),
        ("{\(good),\"resynchronizationInfo\":[]}", .wrongType, "/resynchronizationInfo"),
        ("{\(good),\"resynchronizationInfo\":{\"rand\":\"\(rand32)00\",\"auts\":\"\(auts28)\"}}", .invalidValue, "/resynchronizationInfo/rand"),
        ("{\(good),\"resynchronizationInfo\":{\"rand\":\"\(rand32)\",\"auts\":\"\(auts28)0\"}}", .invalidValue, "/resynchronizationInfo/auts"),
        (
            "{\(good),\"resynchronizationInfo\":{\"rand\":\"\(rand32.dropLast())g\",\"auts\":\"\(auts28)\"}}", .invalidValue,
            "/resynchronizationInfo/rand"
        ),
        ("{\(good),\"impu\":\"bob\"}", .invalidValue, "/impu"), ("{\(good),\"visitedSystem\":\"a b\"}", .invalidValue, "/visitedSystem"),
        ("{\(good),\"x\":{\"y\":1,\"y\":1}}", .duplicateMember, "/x/y"), ("[]", .wrongType, ""), ("", .endOfText, ""),
        ("{\(good)}x", .trailingText, ""),
        ("{\(good),}", .syntax, ""),
    ])
    func `a request that is wrong is refused with the place`(body: String, code: JSONError.Code, path: String) throws {
        let error = try Self.refusal(body)
        #expect(error?.code == code)
        #expect(error?.path == path)
    }

    // MARK: Results

    static func result(_ vectors: String, impi: String = #""a@b""#) -> String { "{\"impi\":\(impi),\"3gAkaAvs\":\(vectors)}" }

    static func vector(rand: String = rand32, xres: String = "00000000", autn: String = rand32, ck: String = rand32, ik: String = rand32) -> String {
        "{\"rand\":\"\(rand)\",\"xres\":\"\(xres)\",\"autn\":\"\(autn)\",\"ck\":\"\(ck)\",\"ik\":\"\(ik)\"}"
    }

    @Test(arguments: [
        ("{}", "/impi"), (#"{"impi":"a@b"}"#, "/3gAkaAvs"), (result("[]"), "/3gAkaAvs"), (result("{}"), "/3gAkaAvs"), (result("null"), "/3gAkaAvs"),
        (result("[1]"), "/3gAkaAvs/0"), (result("[{}]"), "/3gAkaAvs/0/rand"), (result("[\(vector()),{\"rand\":\"\(rand32)\"}]"), "/3gAkaAvs/1/xres"),
        (result("[\(vector(rand: "00"))]"), "/3gAkaAvs/0/rand"), (result("[\(vector(xres: "000000"))]"), "/3gAkaAvs/0/xres"),
        (result("[\(vector(xres: "000000000"))]"), "/3gAkaAvs/0/xres"), (result("[\(vector(xres: rand32 + "00"))]"), "/3gAkaAvs/0/xres"),
        (result("[\(vector(autn: rand32 + "00"))]"), "/3gAkaAvs/0/autn"), (result("[\(vector(ck: "zz"))]"), "/3gAkaAvs/0/ck"),
        (result("[\(vector(ik: ""))]"), "/3gAkaAvs/0/ik"), (result("[\(vector())]", impi: "7"), "/impi"),
        (result("[\(vector())]", impi: #""a""#), "/impi"),
    ])
    func `a result that is wrong is refused with the place`(body: String, path: String) {
        #expect(Self.resultRefusal(body)?.path == path)
    }

    @Test func `no error repeats a value`() throws {
        let secret = "0123456789abcdef0123456789abcdeX"
        for error in [Self.resultRefusal(Self.result("[\(Self.vector(ck: secret))]")), try Self.refusal("{\(Self.good),\"impu\":\"\(secret)\"}")] {
            #expect(error != nil && !"\(String(describing: error))".contains("0123"))
        }
    }

    // MARK: Problems

    @Test(arguments: [
        ("{}", "MANDATORY_IE_MISSING"), (#"{"cscfServerName":1}"#, "MANDATORY_IE_INCORRECT"),
        ("{\(good),\"sipNumberAuthItems\":0}", "OPTIONAL_IE_INCORRECT"),
        ("{\(good),\"resynchronizationInfo\":{\"rand\":1}}", "OPTIONAL_IE_INCORRECT"), ("[]", "INVALID_MSG_FORMAT"),
        ("{\(good),\"impu\":\"sip:a@b\",\"impu\":1}", "INVALID_MSG_FORMAT"),
        ("{", "INVALID_MSG_FORMAT"),
    ])
    func `a body that cannot be read makes a problem with the cause`(body: String, cause: String) throws {
        let error = try #require(try Self.refusal(body))
        let problem = Problem(error, mandatory: ["cscfServerName", "sipAuthenticationScheme"])
        #expect(problem.status == .badRequest)
        #expect(problem.extensions["cause"]?.string == cause)
        let params = problem.extensions["invalidParams"]?.array ?? []
        #expect(params.compactMap { $0["param"]?.string } == (error.path.isEmpty ? [] : [error.path]))
    }

    static func failure(_ code: AuthFailure.Code) -> AuthFailure {
        let parameters = [AuthFailure.InvalidParameter("/sipNumberAuthItems", "an integer out of its range")]
        return AuthFailure(code, "secret reason", invalidParameters: code == .invalidRequest ? parameters : [])
    }

    @Test(arguments: AuthFailure.Code.allCases)
    func `a failure is written as its golden file says, and read as the same failure`(code: AuthFailure.Code) throws {
        let failure = Self.failure(code)
        #expect(
            String(decoding: failure.problem.body, as: UTF8.self) == String(decoding: try Golden.bytes("problem-\(code.rawValue)"), as: UTF8.self))
        let back = AuthFailure(refusal: failure.problem.response)
        #expect(back == failure)
        #expect(back.invalidParameters == failure.invalidParameters)
        #expect(back.retryAfter == nil)
    }

    @Test(arguments: [
        (Duration.seconds(7), Duration.seconds(7)), (.milliseconds(1500), .seconds(2)), (.zero, .seconds(1)), (.seconds(-5), .seconds(1)),
        (.seconds(100_000), .seconds(3600)),
    ])
    func `the time to wait crosses in whole seconds`(sent: Duration, received: Duration) {
        #expect(AuthFailure(refusal: AuthFailure(.congested, "", retryAfter: sent).problem.response).retryAfter == received)
    }

    @Test(
        arguments: [
            (404, "RESOURCE_URI_STRUCTURE_NOT_FOUND", AuthFailure.Code.peerInvalid), (404, "CONTEXT_NOT_FOUND", .peerInvalid),
            (404, nil, .peerInvalid),
            (404, "USER_NOT_FOUND", .userNotFound), (410, "USER_NOT_FOUND", .peerInvalid), (503, "USER_NOT_FOUND", .congested),
            (403, "SOMETHING", .requesterNotAuthorised),
            (403, nil, .requesterNotAuthorised), (400, "INVALID_MSG_FORMAT", .invalidRequest), (400, "INVALID_API", .peerInvalid),
            (401, nil, .peerInvalid), (405, nil, .peerInvalid),
            (413, nil, .peerInvalid),
            (415, nil, .peerInvalid), (429, nil, .tooManyRequests), (500, "INSUFFICIENT_RESOURCES", .internalFailure),
            (501, "AUTH_SCHEME_NOT_SUPPORTED", .schemeNotSupported),
            (501, nil, .peerInvalid), (502, nil, .peerInvalid), (503, nil, .congested), (504, nil, .peerUnreachable),
            (503, "UPSTREAM_CONGESTION", .peerCongested), (503, "NF_CONGESTION", .congested), (429, "UPSTREAM_CONGESTION", .tooManyRequests),
            (504, "NETWORK_FAILURE", .peerUnreachable),
        ] as [(Int, String?, AuthFailure.Code)])
    func `a problem with another's cause is read for what it can be`(status: Int, cause: String?, code: AuthFailure.Code) {
        #expect(AuthFailure(refusal: Problem(Status(status), cause: cause).response).code == code)
    }

    @Test(arguments: [
        (404, AuthFailure.Code.peerInvalid), (403, .peerInvalid), (400, .peerInvalid), (500, .internalFailure), (503, .congested),
        (429, .tooManyRequests), (504, .peerUnreachable),
    ])
    func `a status alone refuses no user and no request`(status: Int, code: AuthFailure.Code) {
        for body in ["", "<html>", #"{"cause":"USER_NOT_FOUND"}"#, #"{"cause":7}"#] {
            #expect(AuthFailure(refusal: Response(Status(status), fields: ["Content-Type": "text/html"], body: Array(body.utf8))).code == code)
        }
        for body in ["", "{", #"{"cause":7}"#, #"{"cause":"USER_NOT_FOUND","cause":"USER_NOT_FOUND"}"#] {
            #expect(AuthFailure(refusal: Response(Status(status), fields: ["Content-Type": Problem.mediaType], body: Array(body.utf8))).code == code)
        }
    }

    @Test func `an upstream's text does not reach the log as it is`() {
        let problem = Problem(.forbidden, cause: "A\nB\u{1b}[31m")
        #expect(!AuthFailure(refusal: problem.response).reason.utf8.contains { $0 < 0x20 })
    }
}
