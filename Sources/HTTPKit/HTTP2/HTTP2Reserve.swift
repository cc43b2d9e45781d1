/// What the HTTP/2 connections of one loop use by turns, so that none has to have its own: an idle one owns nothing of it, a busy one allocates
/// little.
final class HTTP2Reserve {
    let block = HeaderBlock()
    private var streams: [HTTP2ServerStream] = []

    func takeStream(_ id: Int32, now: ContinuousClock.Instant) -> HTTP2ServerStream {
        let stream = streams.popLast() ?? HTTP2ServerStream()
        stream.begin(id, now: now)
        return stream
    }

    /// Takes back a stream that is over.
    func giveBack(_ stream: HTTP2ServerStream) {
        stream.forget()
        if streams.count < HTTP2Limits.spareStreamsMax { streams.append(stream) }
    }
}
