/// What a client speaks where both are understood.
package enum ClientProtocol: Sendable {
    case http1
    /// Over TLS as ALPN has it, without TLS by prior knowledge.
    case http2
}
