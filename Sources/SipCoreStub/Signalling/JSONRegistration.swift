internal import Base
internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import SBI
internal import SIP
internal import ServiceKit

/// `POST /sip-core/v1/registrations`: steps 1, 10, 11 and 12 of the figure as JSON, with the registrar that answers SIP too.
struct JSONRegistration: Sendable {
    static let path = "/sip-core/v1/registrations"
    private static let textBytesMax = 255

    private let registrar: Registrar
    private let home: HomeDomain
    private let limits: SipCoreLimits

    init(_ registrar: Registrar, home: HomeDomain, limits: SipCoreLimits = SipCoreLimits()) {
        self.registrar = registrar
        self.home = home
        self.limits = limits
    }

    func add(to router: inout Router) { router.on(.post, JSONRegistration.path, handler: register) }

    private func register(_ request: Request) throws(Problem) -> Reply {
        let question = try ueRequest(request)
        return .later { [self] in response(await registrar.register(question), to: question) }
    }

    // MARK: The request

    private func ueRequest(_ request: Request) throws(Problem) -> UERequest {
        var body = try AdminBody(request)
        let impi = body.value("impi", IMPI.self)
        let impu = body.value("impu", IMPU.self)
        let contact = body.optionalParsed("contact", otherwise: "is not a URI") { try? SIPURI($0) }
        let expires = body.optionalInt("expires", in: 0...Int(UInt32.max)).map { UInt32(clamping: $0) }
        let callID = body.optionalString("callId", bytesMax: JSONRegistration.textBytesMax)
        let credentials = body.optionalObject("challengeResponse") { (body: inout AdminBody) -> DigestCredentials? in answer(&body, impi) }
        try body.finish()
        guard let impi, let impu else { throw Problem(.badRequest) }
        let reachable = if let contact { contact } else { try JSONRegistration.contact(of: impu, at: request.peer) }
        let flow = JSONRegistration.flow(request.peer)
        let trace = request.fields["traceparent"].flatMap { TraceParent(parsing: $0.utf8) }
        return UERequest(
            user: UserIdentities(impi: impi, impu: impu), source: flow.map { SourceAddress($0.host) }, flow: flow,
            callID: callID.map { Array($0.utf8) }, cSeq: nil,
            contacts: .list([SIPContact(SIPAddress(reachable))]), expires: expires, path: [], credentials: credentials,
            requestURI: home.registerURI, trace: trace)
    }

    private func answer(_ body: inout AdminBody, _ impi: IMPI?) -> DigestCredentials {
        let nonce = body.string("nonce", bytesMax: JSONRegistration.textBytesMax)
        var credentials = DigestCredentials(username: impi?.bytes ?? [], realm: home.realm, nonce: Array(nonce.utf8), uri: home.registerURI)
        func text(_ name: String) -> [UInt8]? { body.optionalString(name, bytesMax: JSONRegistration.textBytesMax).map { Array($0.utf8) } }
        credentials.uri = text("uri") ?? home.registerURI
        // The digest of an answer (RFC 7616 §3.4.1), or nothing where the ISIM refused the challenge.
        credentials.response =
            body.optionalParsed("response", otherwise: "is neither empty nor 32 hexadecimal digits") {
                $0.isEmpty ? [] : JSONRegistration.digits(32, $0)
            } ?? []
        credentials.nonceCount = body.optionalParsed("nc", otherwise: "is not 8 hexadecimal digits") { JSONRegistration.digits(8, $0) }
        credentials.cnonce = text("cnonce")
        credentials.qop = body.optionalParsed("qop", otherwise: "is not auth") { $0 == "auth" ? DigestTerms.qop : nil }
        credentials.auts = text("auts")
        credentials.algorithm = DigestTerms.algorithm
        return credentials
    }

    private static func digits(_ count: Int, _ text: String) -> [UInt8]? {
        let bytes = Array(text.utf8)
        return bytes.count == count && bytes.allSatisfy(Hex.isDigit) ? bytes : nil
    }

    /// The address that the client called from; all clients of a Unix socket are one.
    private static func flow(_ peer: Peer) -> SIPEndpoint? {
        guard let uri = try? SIPURI("sip:\(peer.address)"), let host = uri.host else { return nil }
        return SIPEndpoint(host: host, port: uri.port ?? 0)
    }

    /// The contact of a client that names none: the address that it called from.
    private static func contact(of impu: IMPU, at peer: Peer) throws(Problem) -> SIPURI {
        let user = impu.bytes.drop { $0 != UInt8(ascii: ":") }.dropFirst().prefix { $0 != UInt8(ascii: "@") }
        do throws(SIPParseError) { return try SIPURI(Array("sip:".utf8) + user + Array("@\(peer.address)".utf8)) } catch {
            throw .invalid("/contact", "is missing", cause: "MANDATORY_IE_MISSING")
        }
    }

    // MARK: The answer

    private func response(_ answer: UEAnswer, to request: UERequest) -> Response {
        switch answer.outcome {
        case .challenged(let challenge): challenged(challenge)
        case .registered(let contacts, let published): registered(contacts, published, request, answer.trace)
        case .refused(let refusal): problem(refusal).response
        }
    }

    private func challenged(_ challenge: IssuedChallenge) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", "about:blank")
        writer.member("title", Status.unauthorized.reason)
        writer.member("status", Status.unauthorized.code)
        writer.member("challenge")
        writer.beginObject()
        writer.member("realm", String(decoding: home.realm, as: UTF8.self))
        writer.member("nonce", String(decoding: challenge.nonce, as: UTF8.self))
        writer.member("algorithm", String(decoding: DigestTerms.algorithm, as: UTF8.self))
        writer.member("qop", String(decoding: DigestTerms.qop, as: UTF8.self))
        writer.member("callId", String(decoding: challenge.callID, as: UTF8.self))
        writer.member("uri", String(decoding: home.registerURI, as: UTF8.self))
        writer.endObject()
        writer.endObject()
        let header = String(decoding: home.digestChallenge(challenge).bytes, as: UTF8.self)
        return .typed(
            Problem.mediaType, .unauthorized, fields: ["WWW-Authenticate": header, "Cache-Control": "no-store"], writer.bytes + [UInt8(ascii: "\n")])
    }

    private func registered(_ contacts: [GrantedContact], _ published: [IMPU], _ request: UERequest, _ trace: TraceParent) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("impi", request.user.impi.text)
        writer.member("impu", request.user.impu.text)
        writer.member("contacts", contacts.map { ($0.contact.uri, $0.expires) })
        writer.member("path", texts: request.path)
        writer.member("serviceRoute", texts: [home.serviceRoute])
        writer.member("associatedUris", texts: published.map(\.bytes))
        writer.member("trace", trace.traceIDText)
        writer.endObject()
        return AdminAnswer.ok(writer.bytes)
    }

    /// The problem for a refusal. Its status is that of SIP where HTTP has no better one.
    private func problem(_ refusal: Refusal) -> Problem {
        let status: Status =
            switch refusal.code {
            case .sourceInvalid: .badGateway
            case .tooManyAttempts: .tooManyRequests
            case .sourceCongested: .serviceUnavailable
            case .notRegistered: .notFound
            default: Status(refusal.status)
            }
        var fields: Fields = ["Cache-Control": "no-store"]
        if [.overloaded, .sourceCongested, .tooManyAttempts].contains(refusal.code) {
            fields.append("Retry-After", String(refusal.retrySeconds(limits)))
        }
        if refusal.code == .intervalTooBrief {
            return .invalid("/expires", "is below \(limits.expiresMin)", cause: "MANDATORY_IE_INCORRECT")
        }
        return Problem(status, detail: "the registration was not made", cause: refusal.cause, fields: fields)
    }
}

extension JSONWriter {
    mutating func member(_ name: String, texts: [[UInt8]]) {
        member(name)
        beginArray()
        for text in texts { string(String(decoding: text, as: UTF8.self)) }
        endArray()
    }

    mutating func member(_ name: String, _ contacts: [(uri: SIPURI, expires: Int)]) {
        member(name)
        beginArray()
        for contact in contacts {
            beginObject()
            member("uri", contact.uri.description)
            member("expires", contact.expires)
            endObject()
        }
        endArray()
    }
}
