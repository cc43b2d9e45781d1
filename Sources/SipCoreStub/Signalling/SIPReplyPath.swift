internal import SIP

/// The way back to the sender of a request: a UDP socket, or the connection that the request came over.
///
/// All calls are on the event loop.
protocol SIPReplyPath: AnyObject {
    /// Whether messages cannot be lost on the way, so that requests are not retransmitted (RFC 3261 §18).
    var isReliable: Bool { get }

    /// The address on this side; nil where nobody knows.
    var localEndpoint: SIPEndpoint? { get }

    /// Held by the contacts that are registered over this connection; nil where there is none.
    var mark: ContactMark? { get }

    /// Sends a response to an endpoint, or over the connection where that is still open.
    func send(_ response: [UInt8], to endpoint: SIPEndpoint)

    /// Sends a request to an endpoint, or over the connection where that is still open.
    func send(request: [UInt8], to endpoint: SIPEndpoint)

    /// A request that came this way is under way.
    func requestBegan()

    /// The request has ended, and its response was sent, if there is one.
    /// - Parameter time: how long the user is registered, where a REGISTER has authenticated one.
    func requestEnded(registeredFor time: Duration?)
}

extension SIPReplyPath {
    var mark: ContactMark? { nil }
}
