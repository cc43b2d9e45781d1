internal import Base
internal import SIP

/// Writes the REGISTER requests of one registration: they share the Call-ID and the From tag, the CSeq grows, and each has another branch.
///
/// Source: RFC 3261 §10.2, TS 24.229 §5.1.1.2, TS 34.229-1 Annex A.1.1.
struct RegisterDialog: Sendable {
    let subscriber: Subscriber
    let contact: SIPURI
    /// The registration time to ask for; a 423 may raise it.
    var expiresSeconds: UInt32
    private let address: SIPEndpoint
    private let transport: ServerAddress.Transport
    private let identifiers: RandomIdentifiers
    private let callID: [UInt8]
    private let fromTag: [UInt8]
    private let session: SessionID?
    private var cSeqNumber: UInt32 = 0

    /// - Parameters:
    ///   - address: the address that the server sees.
    ///   - trace: 32 hexadecimal digits.
    init(_ subscriber: Subscriber, at address: SIPEndpoint, over transport: ServerAddress.Transport, trace: String, identifiers: RandomIdentifiers) {
        self.subscriber = subscriber
        self.address = address
        self.transport = transport
        self.identifiers = identifiers
        contact = subscriber.contact(at: address, over: transport)
        expiresSeconds = subscriber.expiresSeconds
        callID = identifiers.short() + identifiers.short()
        fromTag = identifiers.short()
        session = SessionID(local: Array(trace.utf8), remote: SessionID.null)
    }

    /// The credentials of the first request: they tell the private identity and prove nothing.
    var bareCredentials: DigestCredentials {
        DigestCredentials(username: subscriber.impi, realm: subscriber.realm, uri: subscriber.requestURI.text)
    }

    mutating func request(_ credentials: DigestCredentials) -> SIPRequest {
        // This cannot overflow: there are at most `Limits.requestsMax` requests.
        cSeqNumber += 1
        var via = SIPVia(
            transport: transport.token, host: address.host, port: address.port, branch: SIPVia.magicCookie + identifiers.short() + identifiers.short()
        )
        via.parameters.set("rport", to: nil)
        let core = SIPCoreFields(
            vias: [via], from: SIPAddress(subscriber.impu, tag: fromTag), to: SIPAddress(subscriber.impu), callID: callID,
            cSeq: SIPCSeq(cSeqNumber, .register))
        var headers = [SIPHeader(.maxForwards, "70"), SIPHeader(.authorization, credentials.bytes), SIPHeader(.contact, contactField)]
        headers.append(SIPHeader(.expires, String(expiresSeconds)))
        headers.append(SIPHeader(.supported, "path"))
        headers.append(SIPHeader(.userAgent, "mc-ue/\(ProgramVersion.number)"))
        if let session { headers.append(SIPHeader(.sessionID, session.bytes)) }
        return SIPRequest(requestURI: subscriber.requestURI, core: core, headers: headers)
    }

    /// Deregistration without a named contact removes every contact: this run has another address than the one that registered (RFC 3261 §10.2.2).
    private var contactField: [UInt8] {
        if subscriber.isLeaving, subscriber.contact == nil { return [UInt8(ascii: "*")] }
        return SIPAddress(contact).bytes
    }
}
