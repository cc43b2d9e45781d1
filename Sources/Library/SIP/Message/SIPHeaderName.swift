internal import Base

/// The name of a header field. It keeps its spelling, and is compared without case and with compact forms written out.
package struct SIPHeaderName: Sendable {
    /// The name as it was read or will be written.
    package let spelling: [UInt8]
    /// The name in lower case and long form.
    package let key: [UInt8]

    /// - Returns: nil when the bytes are not a token.
    package init?(_ spelling: some Collection<UInt8>) {
        guard spelling.isToken else { return nil }
        self.spelling = Array(spelling)
        let lower = ASCII.lowercased(self.spelling)
        key = lower.count == 1 ? Self.longForm(ofCompact: lower) : lower
    }

    private init(known: StaticString) {
        spelling = Array(known.description.utf8)
        key = ASCII.lowercased(spelling)
    }

    /// The compact forms registered at IANA ("SIP Parameters, Header Fields"; RFC 3261 §7.3.3 and later RFCs).
    private static func longForm(ofCompact letter: [UInt8]) -> [UInt8] {
        switch letter.first {
        case UInt8(ascii: "a"): Array("accept-contact".utf8)
        case UInt8(ascii: "b"): Array("referred-by".utf8)
        case UInt8(ascii: "c"): Self.contentType.key
        case UInt8(ascii: "d"): Array("request-disposition".utf8)
        case UInt8(ascii: "e"): Self.contentEncoding.key
        case UInt8(ascii: "f"): Self.from.key
        case UInt8(ascii: "i"): Self.callID.key
        case UInt8(ascii: "j"): Array("reject-contact".utf8)
        case UInt8(ascii: "k"): Self.supported.key
        case UInt8(ascii: "l"): Self.contentLength.key
        case UInt8(ascii: "m"): Self.contact.key
        case UInt8(ascii: "o"): Self.event.key
        case UInt8(ascii: "r"): Array("refer-to".utf8)
        case UInt8(ascii: "s"): Array("subject".utf8)
        case UInt8(ascii: "t"): Self.to.key
        case UInt8(ascii: "u"): Self.allowEvents.key
        case UInt8(ascii: "v"): Self.via.key
        case UInt8(ascii: "x"): Array("session-expires".utf8)
        case UInt8(ascii: "y"): Array("identity".utf8)
        default: letter
        }
    }
}

extension SIPHeaderName: Hashable {
    package static func == (left: SIPHeaderName, right: SIPHeaderName) -> Bool { left.key == right.key }
    package func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

extension SIPHeaderName: CustomStringConvertible {
    package var description: String { String(decoding: spelling, as: UTF8.self) }
}

extension SIPHeaderName {
    package static let via = SIPHeaderName(known: "Via")
    package static let from = SIPHeaderName(known: "From")
    package static let to = SIPHeaderName(known: "To")
    package static let callID = SIPHeaderName(known: "Call-ID")
    package static let cSeq = SIPHeaderName(known: "CSeq")
    package static let contact = SIPHeaderName(known: "Contact")
    package static let contentLength = SIPHeaderName(known: "Content-Length")
    package static let contentType = SIPHeaderName(known: "Content-Type")
    package static let contentEncoding = SIPHeaderName(known: "Content-Encoding")
    package static let acceptEncoding = SIPHeaderName(known: "Accept-Encoding")
    package static let expires = SIPHeaderName(known: "Expires")
    package static let minExpires = SIPHeaderName(known: "Min-Expires")
    package static let maxForwards = SIPHeaderName(known: "Max-Forwards")
    package static let authorization = SIPHeaderName(known: "Authorization")
    package static let wwwAuthenticate = SIPHeaderName(known: "WWW-Authenticate")
    package static let path = SIPHeaderName(known: "Path")
    package static let serviceRoute = SIPHeaderName(known: "Service-Route")
    package static let route = SIPHeaderName(known: "Route")
    package static let recordRoute = SIPHeaderName(known: "Record-Route")
    package static let pAssociatedURI = SIPHeaderName(known: "P-Associated-URI")
    package static let pAssertedIdentity = SIPHeaderName(known: "P-Asserted-Identity")
    package static let event = SIPHeaderName(known: "Event")
    package static let allowEvents = SIPHeaderName(known: "Allow-Events")
    package static let subscriptionState = SIPHeaderName(known: "Subscription-State")
    package static let require = SIPHeaderName(known: "Require")
    package static let proxyRequire = SIPHeaderName(known: "Proxy-Require")
    package static let supported = SIPHeaderName(known: "Supported")
    package static let unsupported = SIPHeaderName(known: "Unsupported")
    package static let allow = SIPHeaderName(known: "Allow")
    package static let accept = SIPHeaderName(known: "Accept")
    package static let retryAfter = SIPHeaderName(known: "Retry-After")
    package static let userAgent = SIPHeaderName(known: "User-Agent")
    package static let date = SIPHeaderName(known: "Date")
    package static let sessionID = SIPHeaderName(known: "Session-ID")
}
