internal import Glibc

/// Why a request has no response.
package struct ClientError: Error, Sendable, Equatable {
    package enum Code: Sendable {
        /// Nobody listens there.
        case connectionRefused
        /// The host name is not known, there is no route to the address, or the connection broke while it was being opened.
        case unreachable
        /// The server was reached, but one side does not accept the other's certificate.
        case insecure
        case timedOut
        /// The connection ended before the response was whole.
        case connectionClosed
        case invalidResponse
        /// Too many requests are waiting for a connection to this origin, it refuses them, or it has asked to be left alone.
        case overloaded
        case cancelled
    }

    package let code: Code
    /// For the log.
    package let reason: String
    /// Whether the server may have acted on the request. If not, the request may be sent again, to this origin or to another.
    package let maybeProcessed: Bool
    /// How long the server wants to be left alone, where it has said so.
    package let retryAfter: Duration?

    package init(_ code: Code, _ reason: String, maybeProcessed: Bool, retryAfter: Duration? = nil) {
        self.code = code
        self.reason = reason
        self.maybeProcessed = maybeProcessed
        self.retryAfter = retryAfter
    }

    /// The error of a connection that could not be opened.
    init(connecting error: SystemError) {
        let refused = error.number == ECONNREFUSED || error.number == ENOENT
        self.init(refused ? .connectionRefused : .unreachable, error.description, maybeProcessed: false)
    }

    /// The error of a connection that ended before its responses arrived.
    init(ended end: StreamEnd, hasReceived: Bool) {
        switch end {
        // In TLS 1.3 a client sends before the server has looked at its certificate (RFC 8446 §2), so the refusal comes as an alert afterwards.
        case .insecure(let error) where !hasReceived && error.code == .refusedByPeer: self.init(.insecure, error.reason, maybeProcessed: false)
        case .insecure(let error): self.init(.connectionClosed, error.reason, maybeProcessed: true)
        case .reset(let error): self.init(.connectionClosed, error.description, maybeProcessed: true)
        default: self.init(.connectionClosed, "the connection was closed", maybeProcessed: true)
        }
    }

    package static func == (left: ClientError, right: ClientError) -> Bool {
        left.code == right.code && left.maybeProcessed == right.maybeProcessed
    }
}
