internal import Base

/// Told about the requests of a server's session.
protocol HTTP2ServerSessionDelegate: AnyObject {
    /// A request is complete and well formed. It may be answered within the call.
    func session(_ session: HTTP2ServerSession, received request: Request, on stream: Int32)
    /// A request is refused.
    /// - Returns: the answer.
    func session(_ session: HTTP2ServerSession, refused refusal: Refusal, _ method: Method?, began: Instant) -> Response
    /// Whether there is room for so many bytes of an answer.
    func session(_ session: HTTP2ServerSession, mayHold count: Int) -> Bool
    /// The stream has ended. An answer that is still being made would not be sent.
    func session(_ session: HTTP2ServerSession, ended stream: Int32)
}
