/// The version of HTTP that a client prefers.
package enum ClientProtocol: Sendable {
    case http1
    /// With TLS as far as ALPN agrees on it, without TLS by prior knowledge (RFC 9113 §3.3).
    case http2
}
