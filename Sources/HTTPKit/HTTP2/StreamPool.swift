/// Streams that are over, for the next ones.
///
/// Streams are lent as pointers: a session looks one up for every frame and every field, and to count references each time would cost more than the
/// work that is done with the stream.
final class StreamPool<Stream: ReusableStream> {
    // Safety: a pointer is made by `take` and is good until it is given back, which whoever took it does once.
    private var spare: [UnsafeMutablePointer<Stream>] = []

    deinit { for stream in spare { StreamPool.free(stream) } }

    func take() -> UnsafeMutablePointer<Stream> {
        if let stream = spare.popLast() { return stream }
        let stream = UnsafeMutablePointer<Stream>.allocate(capacity: 1)
        stream.initialize(to: Stream())
        return stream
    }

    /// Takes back a stream that is over.
    func giveBack(_ stream: UnsafeMutablePointer<Stream>) {
        stream.pointee.forget()
        if spare.count < HTTP2Limits.spareStreamsMax { spare.append(stream) } else { StreamPool.free(stream) }
    }

    private static func free(_ stream: UnsafeMutablePointer<Stream>) {
        stream.deinitialize(count: 1)
        stream.deallocate()
    }
}
