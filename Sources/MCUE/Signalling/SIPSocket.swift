internal import HTTPKit

/// A socket that carries whole SIP messages to the server and back. It is used on the thread of one event loop.
protocol SIPSocket: AnyObject {
    /// Whether nothing gets lost while the connection stands, so that no request is sent twice.
    var isReliable: Bool { get }
    /// The address that the server sees messages come from.
    var local: SocketAddress? { get }
    func send(_ message: [UInt8])
    func close()
}

enum SIPSocketEvent: Sendable {
    /// One message came, as bytes that nobody has parsed.
    case message([UInt8])
    /// The connection is gone, for this reason.
    case lost(String)
}
