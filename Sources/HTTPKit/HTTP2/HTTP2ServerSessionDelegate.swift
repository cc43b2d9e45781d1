internal import Base

/// Told of what a server's session has understood.
protocol HTTP2ServerSessionDelegate: AnyObject {
    /// A request is whole and well formed. It may be answered within the call.
    func session(_ session: HTTP2ServerSession, received request: Request, on stream: Int32)
    /// A request is refused.
    /// - Returns: the answer.
    func session(_ session: HTTP2ServerSession, refused refusal: Refusal, _ method: Method?, began: Instant) -> Response
    /// The stream is over; an answer that is still being made is wanted by nobody.
    func session(_ session: HTTP2ServerSession, ended stream: Int32)
}
