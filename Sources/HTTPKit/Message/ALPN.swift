/// The names by which the two sides of a TLS connection agree on a version of HTTP (RFC 7301 §6, RFC 9113 §3.2).
package enum ALPN {
    package static let http2 = "h2"
    package static let http1 = "http/1.1"
    /// The best first.
    package static let all = [http2, http1]
}
