import Base
import HTTPKit

/// A stranger who sends REGISTERs in the name of a user over UDP, a bounded number a second, without the user's card.
///
/// Every second one has a nonce and a response of the stranger's own making. None has a Call-ID or a branch that another has.
final class SIPFlood: Sendable {
    private struct State {
        var socket: DatagramSocket?
        var sent = 0
        /// How many answers have come, by status.
        var answers: [Int: Int] = [:]
        var isOver = false
    }

    private static let pause: Duration = .milliseconds(5)
    private let loop: EventLoop
    private let server: SocketAddress
    private let state = Guarded(State())

    /// Begins to send.
    /// - Parameters:
    ///   - host: the address of the stranger.
    ///   - sip: `udp:HOST:PORT`.
    init(on loop: EventLoop, from host: String, at sip: String) async throws {
        self.loop = loop
        server = try SocketAddress(parsing: String(sip.dropFirst("udp:".count)))
        let address = try SocketAddress(host: host, port: 0)
        try await Task(executorPreference: loop) { [self] in
            let socket = try DatagramSocket(on: loop, at: address) { bytes, _ in self.note(String(decoding: bytes, as: UTF8.self)) }
            state.withLock { $0.socket = socket }
            sendOne()
        }.value
    }

    var sent: Int { state.withLock { $0.sent } }

    func answers(_ status: Int) -> Int { state.withLock { $0.answers[status, default: 0] } }

    func stop() async {
        await Task(executorPreference: loop) { [state] in
            state.withLock { state in
                state.isOver = true
                state.socket?.close()
                state.socket = nil
            }
        }.value
    }

    private func note(_ response: String) {
        let status = Int(response.split(separator: " ").dropFirst().first ?? "") ?? 0
        state.withLock { $0.answers[status, default: 0] += 1 }
    }

    private func sendOne() {
        let (socket, number) = state.withLock { state in
            if !state.isOver { state.sent += 1 }
            return (state.isOver ? nil : state.socket, state.sent)
        }
        guard let socket else { return }
        socket.send(Array(SIPFlood.register(number).utf8), to: server)
        loop.schedule(at: .now + SIPFlood.pause) { [weak self] in self?.sendOne() }
    }

    private static func register(_ number: Int) -> String {
        let impi = ChainLaboratory.away
        let credentials =
            "Authorization: Digest username=\"\(impi)\", realm=\"\(ChainLaboratory.partner)\", nonce=\"aW52ZW50ZWQgYnkgdGhlIHN0cmFuZ2Vy\", "
            + "uri=\"sip:\(ChainLaboratory.partner)\", response=\"0123456789abcdef0123456789abcdef\"\r\n"
        return """
            REGISTER sip:\(ChainLaboratory.partner) SIP/2.0\r
            Via: SIP/2.0/UDP 192.0.2.66:5060;branch=z9hG4bKs\(number);rport\r
            From: <sip:\(impi)>;tag=\(number)\r
            To: <sip:\(impi)>\r
            Call-ID: stranger-\(number)\r
            CSeq: 1 REGISTER\r
            Contact: <sip:stranger@192.0.2.66>\r
            \(number.isMultiple(of: 2) ? credentials : "")Content-Length: 0\r
            \r

            """
    }
}
