import SIP

/// A message with LF for CRLF, so that it reads well in a test.
func wire(_ text: String) -> [UInt8] {
    text.utf8.flatMap { $0 == 0x0a ? [0x0d, 0x0a] : [$0] }
}

func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

func request(_ bytes: [UInt8]) throws -> SIPRequest {
    guard case .request(let request) = try SIPParser.parse(datagram: bytes) else { throw NotThat(what: "a request") }
    return request
}

func response(_ bytes: [UInt8]) throws -> SIPResponse {
    guard case .response(let response) = try SIPParser.parse(datagram: bytes) else { throw NotThat(what: "a response") }
    return response
}

func contactList(_ headers: SIPHeaders) throws -> [SIPContact] {
    guard case .list(let contacts) = try headers.contacts() else { throw NotThat(what: "a list") }
    return contacts
}

func fault(_ bytes: [UInt8], limits: SIPLimits = .standard) -> SIPParseError? {
    do {
        _ = try SIPParser.parse(datagram: bytes, limits: limits)
        return nil
    } catch {
        return error
    }
}

struct NotThat: Error { let what: String }

enum Sample {
    /// As SIPp sends it: no user agent, no Expires field, branch with a counter.
    static let sippRegister = wire(
        """
        REGISTER sip:partner.example SIP/2.0
        Via: SIP/2.0/UDP 127.0.1.1:5061;branch=z9hG4bK-4711-1-0
        From: <sip:alice@partner.example>;tag=1
        To: <sip:alice@partner.example>
        Call-ID: 1-4711@127.0.1.1
        CSeq: 1 REGISTER
        Contact: <sip:alice@127.0.1.1:5061>;expires=600
        Max-Forwards: 70
        Content-Length: 0


        """)

    /// As an IMS UE begins (TS 24.229 §5.1.1.2): empty nonce and response, security agreement, instance id.
    static let imsRegister = wire(
        """
        REGISTER sip:ims.mnc001.mcc001.3gppnetwork.org SIP/2.0
        Via: SIP/2.0/UDP [2001:db8::1:2]:5060;branch=z9hG4bKnashds7;rport
        Max-Forwards: 70
        P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=0010100010000001
        From: <sip:001010123456063@ims.mnc001.mcc001.3gppnetwork.org>;tag=4fa3
        To: <sip:001010123456063@ims.mnc001.mcc001.3gppnetwork.org>
        Contact: <sip:[2001:db8::1:2]:5060>;expires=600000;+sip.instance="<urn:gsma:imei:90420156-025763-0>";+g.3gpp.smsip
        Call-ID: apb03a0s09dkjdfglkj49111
        Authorization: Digest username="001010123456063@ims.mnc001.mcc001.3gppnetwork.org",realm="ims.mnc001.mcc001.3gppnetwork.org",\
        nonce="",uri="sip:ims.mnc001.mcc001.3gppnetwork.org",response=""
        Security-Client: ipsec-3gpp;alg=hmac-sha-1-96;spi-c=23456789;spi-s=12345678;port-c=2468;port-s=1357
        Require: sec-agree
        Proxy-Require: sec-agree
        Supported: path, gruu
        CSeq: 1 REGISTER
        Content-Length: 0


        """)

    /// As a desk phone answers a challenge: compact forms, rport, user agent, everything in one list.
    static let phoneRegister = wire(
        """
        REGISTER sip:partner.example;transport=tcp SIP/2.0
        v: SIP/2.0/TCP 192.168.7.20:49152;rport;branch=z9hG4bKPj1f0b;alias
        Max-Forwards: 70
        f: "Alice \\"A.\\" Example" <sip:alice@partner.example>;tag=PjaAqz
        t: "Alice" <sip:alice@partner.example>
        i: b3hH.Oq1
        CSeq: 41231 REGISTER
        User-Agent: Desk/7.2 (Linux)
        m: <sip:alice@192.168.7.20:49152;transport=TCP;ob>;q=0.5;expires=300, <sip:alice@10.0.0.7>;expires=60
        Expires: 300
        k: outbound, path
        Session-ID: 47755a9de7794ba387653f2099600ef2;remote=00000000000000000000000000000000
        Allow: PRACK, INVITE, ACK, BYE
        Authorization: Digest username="alice@partner.example", realm="partner.example", nonce="BRgWGr+5ZhGXSDpyTY8XFA==", \
        uri="sip:partner.example;transport=tcp", response="6629fae49393a05397450978507c4ef1", \
        algorithm=AKAv1-MD5, cnonce="0a4f113b", qop=auth, nc=00000001, opaque="5ccc"
        l: 4

        body
        """)

    static let all = [sippRegister, imsRegister, phoneRegister]
}
