/// The bytes with which a client of HTTP/2 begins (RFC 9113 §3.4).
enum HTTP2Preface {
    static let bytes = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    /// No request of HTTP/1.1 begins with so many bytes of the preface. If the rest differs, the session refuses it.
    private static let markCount = 4

    /// The preface and the frame head of the SETTINGS behind it: less is no beginning.
    static let openingBytesMin = bytes.count + 9

    enum Verdict { case isPreface, isNot, mayBe }

    /// Whether the first bytes of a connection without TLS are the preface. With TLS, ALPN decides.
    static func look(at bytes: UnsafeRawBufferPointer) -> Verdict {
        guard bytes.prefix(HTTP2Preface.bytes.count).elementsEqual(HTTP2Preface.bytes.prefix(bytes.count)) else { return .isNot }
        return bytes.count >= markCount ? .isPreface : .mayBe
    }
}
