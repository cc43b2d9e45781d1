/// Told of what a client's session has understood.
protocol HTTP2ClientSessionDelegate: AnyObject {
    func session(_ session: HTTP2ClientSession, received response: Response, on stream: Int32)
    /// There will be no response on this stream.
    func session(_ session: HTTP2ClientSession, lost stream: Int32, _ loss: HTTP2ClientSession.Loss)
}
