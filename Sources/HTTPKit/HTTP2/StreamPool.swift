/// Ended streams, whose memory the next streams use.
///
/// Streams are lent as pointers, because a session looks one up for every frame and every field, and counting references each time would cost more
/// than the work with the stream.
final class StreamPool<Stream: ReusableStream> {
    // Safety: a pointer from `take` is valid until `giveBack`, which its user calls once.
    private var spare: [UnsafeMutablePointer<Stream>] = []

    deinit { for stream in spare { StreamPool.free(stream) } }

    func take() -> UnsafeMutablePointer<Stream> {
        if let stream = spare.popLast() { return stream }
        let stream = UnsafeMutablePointer<Stream>.allocate(capacity: 1)
        stream.initialize(to: Stream())
        return stream
    }

    /// Takes back a stream that has ended.
    func giveBack(_ stream: UnsafeMutablePointer<Stream>) {
        stream.pointee.forget()
        if spare.count < HTTP2Limits.spareStreamsMax { spare.append(stream) } else { StreamPool.free(stream) }
    }

    private static func free(_ stream: UnsafeMutablePointer<Stream>) {
        stream.deinitialize(count: 1)
        stream.deallocate()
    }
}
