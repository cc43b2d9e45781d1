/// Why a stream was closed.
package enum StreamEnd: Equatable {
    case closedHere
    case reset(SystemError)
    case unsentBytesExceeded
    /// The TLS handshake failed, or a later record is not valid TLS.
    case insecure(TLSError)
    /// The peer closed the connection without the closing alert of TLS, so bytes may be missing.
    case truncated
}
