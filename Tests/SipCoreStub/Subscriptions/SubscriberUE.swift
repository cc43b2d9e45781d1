import Base
import Glibc
import SIP
import Support

@testable import SipCoreStub

/// A UE that registers, subscribes and answers NOTIFY requests, over UDP or over one TCP connection.
final class SubscriberUE {
    struct NoMessage: Error {}

    /// What a SUBSCRIBE says; nil leaves a field out.
    struct Subscribe {
        var uri = "sip:visitor1@partner.example"
        var from = "<sip:visitor1@partner.example>;tag=u1"
        var to = "<sip:visitor1@partner.example>"
        var callID = "sub@ue"
        var cSeq = 1
        var event: String? = "reg"
        var expires: String? = "600"
        var contact: String?
        /// Further header lines, each with its CRLF.
        var lines = ""
        var branch: String?
    }

    let laboratory: SIPServerLaboratory
    let transport: String
    private(set) var socket: UESocket
    private var pending = ""
    private var branches = 0

    /// - Parameter host: the address of the UE.
    init(_ laboratory: SIPServerLaboratory, _ transport: String = "UDP", at host: String = "127.0.0.1", to port: UInt16) throws {
        self.laboratory = laboratory
        self.transport = transport
        self.host = host
        socket = try UESocket(transport == "UDP" ? SOCK_DGRAM : SOCK_STREAM, at: host, to: port)
    }

    private let host: String

    /// A laboratory and the UE of its user, registered for ten minutes.
    static func registered(_ transport: String = "UDP", _ limits: SipCoreLimits = SipCoreLimits()) async throws -> SubscriberUE {
        let laboratory = try SIPServerLaboratory(limits)
        let port = try await laboratory.listen("\(transport.lowercased()):127.0.0.1:0")
        let ue = try SubscriberUE(laboratory, transport, to: port)
        guard try ue.register().hasPrefix("SIP/2.0 200 ") else { throw NoMessage() }
        return ue
    }

    var contact: String { "sip:visitor1@\(host):\(socket.port);transport=\(transport.lowercased())" }

    private func via(_ branch: String? = nil) -> String {
        branches += 1
        return "SIP/2.0/\(transport) \(host):\(socket.port);branch=z9hG4bK\(branch ?? "\(socket.port)-\(branches)")"
    }

    /// - Parameters:
    ///   - contact: another one than that of the UE.
    ///   - parameters: of the Contact.
    ///   - lines: further header lines, each with its CRLF.
    /// - Returns: the last response.
    func register(
        expires: Int = 600, callID: String = "reg@ue", contact: String? = nil, parameters: String = "", _ lines: String = ""
    ) throws -> String {
        let contact = "<\(contact ?? self.contact)>\(parameters)"
        let lines = "Expires: \(expires)\r\n" + lines
        send(registerText(callID, contact, lines))
        let challenge = try next()
        let nonce = challenge.components(after: "nonce=\"", until: "\"")
        let answer = laboratory.core.response(to: IssuedChallenge(nonce: Array(nonce.utf8), callID: Array(callID.utf8)))
        let credentials = String(decoding: answer.credentials?.bytes ?? [], as: UTF8.self)
        send(registerText(callID, contact, lines + "Authorization: \(credentials)\r\n"))
        return try next()
    }

    private var cSeq = 0

    private func registerText(_ callID: String, _ contact: String, _ lines: String) -> String {
        cSeq += 1
        return """
            REGISTER sip:partner.example SIP/2.0\r
            Via: \(via())\r
            From: <sip:visitor1@partner.example>;tag=r\r
            To: <sip:visitor1@partner.example>\r
            Call-ID: \(callID)\r
            CSeq: \(cSeq) REGISTER\r
            Contact: \(contact)\r
            \(lines)Content-Length: 0\r
            \r

            """
    }

    /// Sends a SUBSCRIBE.
    /// - Returns: the response, which comes before any NOTIFY.
    func subscribe(_ change: (inout Subscribe) -> Void = { _ in }) throws -> String {
        send(subscribeText(change))
        return try next()
    }

    func subscribeText(_ change: (inout Subscribe) -> Void = { _ in }) -> String {
        var request = Subscribe()
        change(&request)
        let fields = [request.event.map { "Event: \($0)" }, request.expires.map { "Expires: \($0)" }].compactMap { $0.map { $0 + "\r\n" } }
        return """
            SUBSCRIBE \(request.uri) SIP/2.0\r
            Via: \(via(request.branch))\r
            From: \(request.from)\r
            To: \(request.to)\r
            Call-ID: \(request.callID)\r
            CSeq: \(request.cSeq) SUBSCRIBE\r
            Contact: \(request.contact ?? "<\(contact)>")\r
            \(fields.joined())\(request.lines)Content-Length: 0\r
            \r

            """
    }

    /// Sends a SUBSCRIBE within the dialog of a response.
    func resubscribe(_ response: String, cSeq: Int = 2, _ change: (inout Subscribe) -> Void = { _ in }) throws -> String {
        let to = response.field("To")
        return try subscribe { request in
            request.uri = "sip:scscf.partner.example"
            request.to = to
            request.cSeq = cSeq
            change(&request)
        }
    }

    /// The next message that is a NOTIFY, which is answered.
    func notify(answering status: Int? = 200) throws -> String {
        let message = try next()
        guard message.hasPrefix("NOTIFY ") else { throw NoMessage() }
        if let status { answer(message, status) }
        return message
    }

    func answer(_ notify: String, _ status: Int) {
        let copied = ["Via", "From", "To", "Call-ID", "CSeq"].map { "\($0): \(notify.field($0))\r\n" }
        send("SIP/2.0 \(status) Answer\r\n\(copied.joined())Content-Length: 0\r\n\r\n")
    }

    func send(_ text: String) { socket.send(text) }

    func next() throws -> String {
        while true {
            if let end = pending.firstRange(of: "\r\n\r\n") {
                let head = pending[..<end.upperBound]
                let length = Int(String(head).field("Content-Length")) ?? 0
                let rest = Array(pending[end.upperBound...].utf8)
                if rest.count >= length {
                    let message = head + String(decoding: rest[..<length], as: UTF8.self)
                    pending = String(decoding: rest[length...], as: UTF8.self)
                    return String(message)
                }
            }
            guard let more = try socket.receive() else { throw NoMessage() }
            pending += more
        }
    }

    /// Whether nothing has been sent to the UE that it has not read: the answer to an OPTIONS comes next.
    func hasNothing() async throws -> Bool {
        await laboratory.onLoop { _ in }
        branches += 1
        send(
            """
            OPTIONS sip:partner.example SIP/2.0\r
            Via: \(via())\r
            From: <sip:visitor1@partner.example>;tag=o\r
            To: <sip:partner.example>\r
            Call-ID: options@ue\r
            CSeq: 1 OPTIONS\r
            Content-Length: 0\r
            \r

            """)
        return try next().field("CSeq") == "1 OPTIONS"
    }

    /// The number of subscriptions that the server has.
    func subscriptionCount() async -> Int { await laboratory.onLoop { $0.engine.subscriptionCount } }

    func reconnect(to port: UInt16) throws { socket = try UESocket(SOCK_STREAM, at: host, to: port) }
}

extension String {
    /// The value of a header field; empty where there is none.
    func field(_ name: String) -> String { components(after: "\r\n\(name): ", until: "\r\n") }

    var status: Int { Int(components(after: "SIP/2.0 ", until: " ")) ?? 0 }
}
