/// Memory that the HTTP/2 connections of one loop take turns in. So an idle connection owns none of it, and a busy one allocates little.
final class HTTP2SharedMemory {
    let block = HeaderBlock()
    let streams = StreamPool<HTTP2ServerStream>()
}
