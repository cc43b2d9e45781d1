/// Why a stream is no more.
package enum StreamEnd: Equatable {
    case closedHere
    case reset(SystemError)
    case unsentBytesExceeded
    /// The handshake failed, or what came afterwards is not TLS.
    case insecure(TLSError)
    /// The peer's end came without a word of TLS: what was read may not be all.
    case truncated
}
