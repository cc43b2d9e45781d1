/// Told about the responses of a client's session.
protocol HTTP2ClientSessionDelegate: AnyObject {
    func session(_ session: HTTP2ClientSession, received response: Response, on stream: Int32)
    /// No response will come on this stream.
    func session(_ session: HTTP2ClientSession, lost stream: Int32, _ loss: HTTP2ClientSession.Loss)
}
