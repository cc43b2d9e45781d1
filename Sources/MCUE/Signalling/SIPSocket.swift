internal import HTTPKit

/// A socket that carries whole SIP messages to the server and back. It lives on the thread of one event loop.
protocol SIPSocket: AnyObject {
    /// Nothing sent gets lost while the connection stands: no request is sent twice.
    var isReliable: Bool { get }
    /// Where the server sees messages come from.
    var local: SocketAddress? { get }
    func send(_ message: [UInt8])
    func close()
}

enum SIPSocketEvent: Sendable {
    /// One message as bytes, not looked into yet.
    case message([UInt8])
    /// Nothing more will come.
    case lost(String)
}
