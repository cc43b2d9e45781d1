internal import Base

/// The first line of a SIP message as a log may show it.
enum SIPFirstLine {
    /// The method, scheme and host of a request, or the status line of a response.
    ///
    /// Parts of a Request-URI that may hold a secret are left out: the user part, which may have a password, parameters and header fields. Of a
    /// message that does not begin like one of SIP nothing is shown: any part of it may be a secret.
    static func text(_ message: [UInt8]) -> String {
        let line = message.prefix(SipCoreLimits().loggedLineBytesMax).prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3 else { return unknown }
        if words[0].elementsEqual(version) { return String(decoding: line, as: UTF8.self) }
        guard words[2].elementsEqual(version), words[0].allSatisfy(ASCII.isAlphanumeric) else { return unknown }
        return "\(String(decoding: words[0], as: UTF8.self)) \(uri(words[1])) SIP/2.0"
    }

    private static let version = Array("SIP/2.0".utf8)
    private static let unknown = "(not the first line of a SIP message)"

    private static func uri(_ uri: ArraySlice<UInt8>) -> String {
        guard let colon = uri.firstIndex(of: UInt8(ascii: ":")) else { return "…" }
        let rest = uri[uri.index(after: colon)...]
        let host = rest.lastIndex(of: UInt8(ascii: "@")).map { rest[rest.index(after: $0)...] } ?? rest
        let shown = host.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "?") }
        let before = host.startIndex == rest.startIndex ? "" : "…@"
        let after = shown.count == host.count ? "" : "…"
        return "\(String(decoding: uri[...colon], as: UTF8.self))\(before)\(String(decoding: shown, as: UTF8.self))\(after)"
    }
}
