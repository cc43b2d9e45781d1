/// What the HTTP/2 connections of one loop use by turns, so that none has to have its own: an idle one owns nothing of it, a busy one allocates
/// little.
final class HTTP2SharedMemory {
    let block = HeaderBlock()
    let streams = StreamPool<HTTP2ServerStream>()
}
