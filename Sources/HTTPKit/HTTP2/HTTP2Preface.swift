/// What a client of HTTP/2 sends before anything else (RFC 9113 §3.4).
enum HTTP2Preface {
    private static let bytes = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    /// No request of HTTP/1.1 begins with these; what goes on otherwise is refused by the session.
    private static let markCount = 4

    /// The preface and the frame head of the SETTINGS behind it: less is no beginning.
    static let openingBytesMin = bytes.count + 9

    enum Verdict { case isPreface, isNot, mayBe }

    /// Whether what came first on a connection is the preface. Over TLS it is ALPN that says so.
    static func look(at bytes: UnsafeRawBufferPointer) -> Verdict {
        guard bytes.prefix(HTTP2Preface.bytes.count).elementsEqual(HTTP2Preface.bytes.prefix(bytes.count)) else { return .isNot }
        return bytes.count >= markCount ? .isPreface : .mayBe
    }
}
