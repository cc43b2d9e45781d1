internal import Base
internal import Nhss
internal import SIP

/// A REGISTER as the registrar wants it, and the registrar's answer as SIP has it.
struct SIPTranslator: Sendable {
    let home: HomeDomain
    let limits: SipCoreLimits
    /// Evenly spread values, for the spans of a trace.
    let random: @Sendable () -> UInt64

    /// - Throws: 400 for what cannot be read, 403 for a private identity nobody can have, 404 for an address of record that is none.
    func request(from message: SIPRequest) throws(SIPRefusal) -> UERequest {
        let fields: Fields
        do throws(SIPParseError) { fields = try Fields(message.headers) } catch { throw SIPRefusal(error) }
        // RFC 3261 §10.3 step 6.
        guard fields.contacts != .all || fields.expires == 0 else { throw SIPRefusal(400, "Contact: * needs Expires: 0") }
        let credentials = credentials(among: fields.authorizations)
        return UERequest(
            user: try user(message, credentials), callID: message.core.callID, cSeq: message.core.cSeq.number, contacts: fields.contacts,
            expires: fields.expires, path: fields.path, credentials: credentials, requestURI: message.requestURI.text, trace: trace(message))
    }

    private struct Fields {
        let contacts: SIPContacts
        let expires: UInt32?
        let path: [[UInt8]]
        let authorizations: [DigestCredentials]

        init(_ headers: SIPHeaders) throws(SIPParseError) {
            contacts = try headers.contacts()
            expires = try headers.expires()
            path = try headers.addresses(.path).map(\.bytes)
            authorizations = try headers.authorizations()
        }
    }

    /// Those for our realm; of a UE that knows another realm still the first, which say who it is.
    private func credentials(among all: [DigestCredentials]) -> DigestCredentials? {
        all.first { $0.realm.equalsIgnoringCase(home.realm) } ?? all.first
    }

    /// TS 24.229 §5.4.1.2.1: the public identity is in To; the private one is the user name, or else is derived from the public one.
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

    /// The session of RFC 7989 is the trace. A field that is malformed names none.
    private func trace(_ message: SIPRequest) -> TraceParent? {
        guard let session = try? message.headers.sessionID(), let traceID = TraceID(parsing: session.local) else { return nil }
        return TraceParent(continuing: traceID, random: random)
    }
}

extension IMPI {
    /// The public identity without scheme and port (TS 23.003 §13.3 the other way round). No IMPI where it is a telephone number.
    static func derivedText(from impu: IMPU) -> [UInt8] {
        let address = impu.bytes.drop { $0 != UInt8(ascii: ":") }.dropFirst()
        guard let at = address.firstIndex(of: UInt8(ascii: "@")) else { return Array(address) }
        return address[...at] + address[(at + 1)...].prefix { $0 != UInt8(ascii: ":") }
    }
}

// MARK: Answers

extension SIPTranslator {
    /// The response's own fields; Via and the others that every response has are the server's business.
    func headers(of answer: UEAnswer, to request: UERequest) -> [SIPHeader] {
        switch answer.outcome {
        case .challenged(let challenge): [SIPHeader(.wwwAuthenticate, home.digestChallenge(challenge).bytes)]
        case .registered(let contacts): registered(contacts, request)
        case .refused(let refusal): refused(refusal)
        }
    }

    /// TS 24.229 §5.4.1.2.2F: contacts with the seconds they were granted, the Path as it came, the way back in, and the identity.
    private func registered(_ contacts: [GrantedContact], _ request: UERequest) -> [SIPHeader] {
        guard !contacts.isEmpty else { return [] }
        var headers = contacts.map { granted in
            var contact = granted.contact
            contact.address.parameters.set("expires", to: Array(String(granted.expires).utf8))
            return SIPHeader(.contact, contact.bytes)
        }
        headers += request.path.map { SIPHeader(.path, $0) }
        headers.append(SIPHeader(.serviceRoute, home.serviceRoute))
        headers.append(SIPHeader(.pAssociatedURI, Array("<".utf8) + request.user.impu.bytes + Array(">".utf8)))
        return headers
    }

    private func refused(_ refusal: Refusal) -> [SIPHeader] {
        switch refusal.code {
        case .intervalTooBrief: [SIPHeader(.minExpires, String(limits.expiresMin))]
        case .overloaded: [SIPHeader(.retryAfter, String(refusal.retrySeconds(limits)))]
        default: []
        }
    }
}

extension HomeDomain {
    /// Never with `ck` and `ik`: those are for a P-CSCF, and there is none (TS 24.229 §7.2A.1).
    func digestChallenge(_ challenge: IssuedChallenge) -> DigestChallenge {
        DigestChallenge(realm: realm, nonce: challenge.nonce, algorithm: DigestTerms.algorithm, qop: [DigestTerms.qop])
    }
}

extension Refusal {
    /// Rounded up, at least one.
    func retrySeconds(_ limits: SipCoreLimits) -> Int64 {
        guard let retryAfter else { return Int64(limits.retryAfterDefault) }
        let (seconds, attoseconds) = retryAfter.components
        return max(1, seconds + (attoseconds > 0 ? 1 : 0))
    }
}
