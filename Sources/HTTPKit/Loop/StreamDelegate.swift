/// Told about events of a stream, on the loop's thread.
package protocol StreamDelegate: AnyObject {
    /// A connection attempt has succeeded, or a TLS handshake is over: the stream can be used.
    func streamConnected()
    /// The bytes are lent for the call.
    func streamReceived(_ bytes: UnsafeRawBufferPointer)
    /// The peer sends no more; it may still read.
    func streamEnded()
    /// The kernel has taken all bytes that waited to be sent.
    func streamDrained()
    /// The descriptor is closed. Called once, as the last call.
    func streamClosed(_ end: StreamEnd)
}
