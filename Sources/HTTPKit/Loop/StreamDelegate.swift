/// Told of what happens on a stream, on the loop's thread.
package protocol StreamDelegate: AnyObject {
    /// A connection attempt has succeeded, or a TLS handshake is over: the stream can be used.
    func streamConnected()
    /// The bytes are lent for the call.
    func streamReceived(_ bytes: UnsafeRawBufferPointer)
    /// The peer will send no more; it may still read.
    func streamEnded()
    /// All that was to be sent is with the kernel.
    func streamDrained()
    /// The descriptor is closed and nothing more will come. Called once.
    func streamClosed(_ end: StreamEnd)
}
