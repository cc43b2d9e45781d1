internal import Base
internal import Nhss
internal import SIP

/// Reads a SIP REGISTER into a request for the registrar, and writes the answer of the registrar as SIP header fields.
struct SIPTranslator: Sendable {
    let home: HomeDomain
    let limits: SipCoreLimits
    /// Returns another evenly distributed value at each call, for the spans of a trace.
    let random: @Sendable () -> UInt64
    /// The time of day, for Date.
    let time: @Sendable () -> Timestamp

    /// The option tag for several flows of one UE (RFC 5626 §11.4).
    static let outbound = "outbound"

    /// - Throws: 400 for a malformed field, 403 for a malformed private identity, 404 for an address of record that is no public identity.
    func request(from message: SIPRequest) throws(SIPRefusal) -> UERequest {
        let fields: Fields
        do throws(SIPParseError) { fields = try Fields(message.headers) } catch { throw SIPRefusal(error) }
        // RFC 3261 §10.3 step 6.
        guard fields.contacts != .all || fields.expires == 0 else { throw SIPRefusal(400, "Contact: * needs Expires: 0") }
        let credentials = credentials(among: fields.authorizations)
        return UERequest(
            user: try user(message, credentials), callID: message.core.callID, cSeq: message.core.cSeq.number, contacts: fields.contacts,
            expires: fields.expires, path: fields.path, supportsOutbound: fields.supportsOutbound, credentials: credentials,
            requestURI: message.requestURI.text, trace: trace(message))
    }

    private struct Fields {
        let contacts: SIPContacts
        let expires: UInt32?
        let path: [[UInt8]]
        let authorizations: [DigestCredentials]
        let supportsOutbound: Bool

        init(_ headers: SIPHeaders) throws(SIPParseError) {
            contacts = try headers.contacts()
            expires = try headers.expires()
            path = try headers.addresses(.path).map(\.bytes)
            authorizations = try headers.authorizations()
            supportsOutbound = try headers.tokens(.supported).contains { $0.equalsIgnoringCase(SIPTranslator.outbound.utf8) }
        }
    }

    /// The credentials for this realm. Where there are none, the first ones: they still tell the private identity.
    /// Those that tell nothing count as none.
    private func credentials(among all: [DigestCredentials]) -> DigestCredentials? {
        let telling = all.filter { !$0.username.isEmpty || !$0.nonce.isEmpty }
        return telling.first { $0.realm.equalsIgnoringCase(home.realm) } ?? telling.first
    }

    /// The public identity is in To. The private one is the user name of the credentials, or is derived from the public one (TS 24.229 §5.4.1.2.1).
    private func user(_ message: SIPRequest, _ credentials: DigestCredentials?) throws(SIPRefusal) -> UserIdentities {
        let impu: IMPU
        do throws(MalformedValue) { impu = try IMPU(message.core.to.uri.text) } catch {
            throw SIPRefusal(404, "the address of record \(error.reason)")
        }
        let name = credentials.map(\.username) ?? IMPI.derivedText(from: impu)
        do throws(MalformedValue) { return UserIdentities(impi: try IMPI(name), impu: impu) } catch {
            throw SIPRefusal(403, "the private identity \(error.reason)")
        }
    }

    /// The trace that the Session-ID names (RFC 7989); nil where there is none or it is malformed.
    private func trace(_ message: SIPRequest) -> TraceParent? {
        guard let session = try? message.headers.sessionID(), let traceID = TraceID(parsing: session.local) else { return nil }
        return TraceParent(continuing: traceID, random: random)
    }
}

extension IMPI {
    /// The public identity without scheme and port (TS 23.003 §13.3 the other way round). For a telephone number this is no IMPI.
    static func derivedText(from impu: IMPU) -> [UInt8] {
        let address = impu.bytes.drop { $0 != UInt8(ascii: ":") }.dropFirst()
        guard let at = address.firstIndex(of: UInt8(ascii: "@")) else { return Array(address) }
        return address[...at] + address[(at + 1)...].prefix { $0 != UInt8(ascii: ":") }
    }
}

// MARK: Answers

extension SIPTranslator {
    /// The header fields of the response, without those that `SIPResponse` copies from every request.
    func headers(of answer: UEAnswer, to request: UERequest) -> [SIPHeader] {
        switch answer.outcome {
        case .challenged(let challenge): [SIPHeader(.wwwAuthenticate, home.digestChallenge(challenge).bytes)]
        case .registered(let contacts, let published): registered(contacts, published, request)
        case .refused(let refusal): refused(refusal)
        }
    }

    /// The fields of a 200: the contacts with the seconds left, the Path as it came, the Service-Route and the public identities
    /// (TS 24.229 §5.4.1.2.2F).
    private func registered(_ contacts: [GrantedContact], _ published: [IMPU], _ request: UERequest) -> [SIPHeader] {
        // RFC 3261 §10.3 step 8.
        let date = SIPHeader(.date, time().dateText)
        guard !contacts.isEmpty else { return [date] }
        var headers = contacts.map { SIPHeader(.contact, $0.bytes) }
        headers += request.path.map { SIPHeader(.path, $0) }
        // RFC 5626 §6: the registrar says that it took the contact as a flow, to a UE that knows flows.
        if case .list(let asked) = request.contacts, request.supportsOutbound, asked.contains(where: { ContactFlow($0) != nil }) {
            headers.append(SIPHeader(.require, SIPTranslator.outbound))
        }
        headers.append(SIPHeader(.serviceRoute, home.serviceRoute))
        headers.append(date)
        headers += published.map { SIPHeader(.pAssociatedURI, Array("<".utf8) + $0.bytes + Array(">".utf8)) }
        return headers
    }

    private func refused(_ refusal: Refusal) -> [SIPHeader] {
        switch refusal.code {
        case .intervalTooBrief: [SIPHeader(.minExpires, String(limits.expiresMin))]
        case .overloaded, .tooManyAttempts: [SIPHeader(.retryAfter, String(refusal.retrySeconds(limits)))]
        default: []
        }
    }
}

extension HomeDomain {
    /// The challenge as a header field. It has neither `ck` nor `ik`: they are for a P-CSCF, and there is none (TS 24.229 §7.2A.1).
    func digestChallenge(_ challenge: IssuedChallenge) -> DigestChallenge {
        var written = DigestChallenge(realm: realm, nonce: challenge.nonce, algorithm: DigestTerms.algorithm, qop: [DigestTerms.qop])
        written.stale = challenge.isAfterOldNonce
        return written
    }
}

extension Refusal {
    /// The seconds for `Retry-After`, rounded up, at least one.
    func retrySeconds(_ limits: SipCoreLimits) -> Int64 {
        guard let retryAfter else { return Int64(limits.retryAfterDefault) }
        let (seconds, attoseconds) = retryAfter.components
        return max(1, seconds + (attoseconds > 0 ? 1 : 0))
    }
}
