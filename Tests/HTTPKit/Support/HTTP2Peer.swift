@testable import HTTPKit

/// The server's end of one HTTP/2 connection that does exactly what it is told.
final class HTTP2Peer {
    let connection: RawServer.Connection
    let wire: HTTP2Wire
    /// 1 for the first.
    var number: Int { connection.number }
    private var taken: Set<UInt32> = []

    /// Takes the client's preface and sends these settings.
    init(_ connection: RawServer.Connection, settings: [(UInt16, UInt32)] = []) throws {
        self.connection = connection
        wire = HTTP2Wire(connection.descriptor)
        try wire.readPreface()
        wire.send(.settings(settings))
    }

    /// The stream of the next request that is whole; nil at the end of the connection.
    func nextRequest() throws -> UInt32? {
        while true {
            if let stream = wire.streams.filter({ $0.value.hasEnded && !taken.contains($0.key) }).keys.min() {
                taken.insert(stream)
                return stream
            }
            guard try wire.next() != nil else { return nil }
        }
    }

    /// The streams of so many requests, each of them whole.
    func requests(_ count: Int) throws -> [UInt32] {
        var streams: [UInt32] = []
        while streams.count < count, let stream = try nextRequest() { streams.append(stream) }
        return streams
    }

    func path(of stream: UInt32) -> String { wire.streams[stream]?.path ?? "" }

    func answer(_ stream: UInt32, _ text: String = "", _ fields: HPACK.Fields = []) {
        wire.send(.headers(stream, HPACK.response(200, fields), endsStream: text.isEmpty))
        if !text.isEmpty { wire.send(.data(stream, Array(text.utf8))) }
    }

    /// Answers each request with its own path until the client leaves.
    func echoToEnd() throws {
        while let stream = try nextRequest() { answer(stream, path(of: stream)) }
    }
}

extension RawServer {
    /// - Parameter script: has one connection each time it runs, on a thread of its own; the connection is closed when it returns or throws.
    convenience init(settings: [(UInt16, UInt32)] = [], http2 script: @escaping @Sendable (HTTP2Peer) throws -> Void) throws {
        try self.init { connection in try? script(HTTP2Peer(connection, settings: settings)) }
    }
}
