internal import Base
internal import SIP

/// The checks that a response must pass before the UE believes it.
enum ResponseCheck {
    /// - Throws: `.serverFault` for a response that answers another request although its branch is that of this one.
    ///
    /// Source: RFC 3261 §8.1.3.3, §8.2.6.2 and §17.1.3.
    static func belongs(_ response: SIPResponse, to request: SIPRequest) throws(UEError) {
        let core: SIPCoreFields
        do throws(SIPParseError) { core = try response.core() } catch { throw fault("the response is malformed: \(error)") }
        guard core.vias.count == 1 else { throw fault("the response has \(core.vias.count) Via values: it is not for us alone") }
        guard core.vias.first?.branch == request.topVia?.branch else { throw fault("the response's Via has another branch than the request's") }
        guard core.callID == request.core.callID else { throw fault("the response's Call-ID is not the request's") }
        guard core.cSeq == request.core.cSeq else { throw fault("the response's CSeq is not the request's") }
        guard core.from.tag == request.core.from.tag else { throw fault("the response's From tag is not the request's") }
    }

    /// The first challenge of a 401 that can be answered: it uses AKAv1-MD5 and is of the home realm. Others are passed over (RFC 8760 §2.4).
    ///
    /// - Throws: `.serverFault` where there is no such challenge.
    static func challenge(in response: SIPResponse, realm: [UInt8]) throws(UEError) -> DigestChallenge {
        let challenges: [DigestChallenge]
        do throws(SIPParseError) { challenges = try response.headers.challenges() } catch { throw fault("the challenge is malformed: \(error)") }
        guard !challenges.isEmpty else { throw fault("the 401 has no Digest challenge") }
        let suitable = challenges.filter { ($0.algorithm ?? Array("MD5".utf8)).equalsIgnoringCase("AKAv1-MD5") }
        guard let first = suitable.first else {
            throw fault("the challenge's algorithm is \(challenges.first?.algorithm?.text ?? "MD5"), not AKAv1-MD5")
        }
        guard let challenge = suitable.first(where: { $0.realm.equalsIgnoringCase(realm) }) else {
            throw fault("the challenge's realm is \(first.realm.text), not \(realm.text)")
        }
        return challenge
    }

    private static func fault(_ reason: String) -> UEError { UEError(.serverFault, reason) }
}
