import Foundation
import HTTPKit

/// A TCP server that stands in for a hop and fails.
final class FaultyPeer: @unchecked Sendable {
    // Safety (@unchecked): touched on its loop's thread only.
    enum Fault: String, CaseIterable, Sendable {
        /// The port is closed.
        case down
        /// It takes the request and never answers.
        case slow
        /// It answers 200 with a body that is no answer.
        case garbage
        /// It answers 403, as a hop that refuses does.
        case refused
        /// It answers 503 with Retry-After.
        case overloaded
    }

    private let group: EventLoopGroup
    private let fault: Fault
    private var sockets: [StreamSocket] = []
    private var readers: [Reader] = []
    private let closedPort: ClosedPort?
    let root: String

    init(_ fault: Fault) async throws {
        self.fault = fault
        group = try EventLoopGroup(loopCount: 1)
        if fault == .down {
            let port = try ClosedPort()
            closedPort = port
            root = "http://127.0.0.1:\(port.number)"
            return
        }
        closedPort = nil
        let loop = group.first
        let open = Box()
        let port = try await Task(executorPreference: loop) { () throws -> UInt16 in
            let listener = try StreamListener(on: loop, at: try SocketAddress(host: "127.0.0.1", port: 0), backlogMax: 16) { open.accept($0) }
            open.listener = listener
            return listener.address.port
        }.value
        root = "http://127.0.0.1:\(port)"
        await Task(executorPreference: loop) { [self] in
            open.onAccept = { [self] in accept($0) }
        }.value
    }

    deinit { group.shutDown() }

    private final class Box: @unchecked Sendable {
        // Safety (@unchecked): touched on the peer's loop only.
        var listener: StreamListener?
        var onAccept: ((Int32) -> Void)?
        func accept(_ descriptor: Int32) { onAccept?(descriptor) }
    }

    private func accept(_ descriptor: Int32) {
        guard let socket = try? StreamSocket(on: group.first, accepted: descriptor, unsentBytesMax: 65_536) else { return }
        let reader = Reader(socket, answer: answer)
        socket.delegate = reader
        sockets.append(socket)
        readers.append(reader)
    }

    private var answer: [UInt8]? {
        switch fault {
        case .down, .slow: nil
        case .garbage: message(200, "application/json", #"{"impi":"somebody@else.example","3gAkaAvs":[{"rand":"00"}]}"#)
        case .refused: message(403, "application/problem+json", #"{"title":"Forbidden","status":403,"cause":"MIGRATION_NOT_ALLOWED"}"#)
        case .overloaded:
            message(503, "application/problem+json", #"{"title":"Busy","status":503,"cause":"NF_CONGESTION"}"#, more: "Retry-After: 7\r\n")
        }
    }

    private func message(_ status: Int, _ type: String, _ body: String, more: String = "") -> [UInt8] {
        Array("HTTP/1.1 \(status) X\r\nContent-Type: \(type)\r\n\(more)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }

    private final class Reader: HTTPKit.StreamDelegate {
        private let socket: StreamSocket
        private let answer: [UInt8]?
        init(_ socket: StreamSocket, answer: [UInt8]?) {
            self.socket = socket
            self.answer = answer
        }
        func streamConnected() {}
        func streamReceived(_ bytes: UnsafeRawBufferPointer) { if let answer { socket.send(answer) } }
        func streamEnded() { socket.close() }
        func streamDrained() {}
        func streamClosed(_ end: StreamEnd) {}
    }
}
