import CNGHTTP2
import Glibc

@testable import HTTPKit

/// One end of an HTTP/2 connection over a blocking socket, frame by frame, and what it has seen of each stream.
final class HTTP2Wire: @unchecked Sendable {
    // Safety (@unchecked): read by one thread at a time; another one may send.
    struct Failure: Error, CustomStringConvertible { let description: String }

    /// What has come on one stream.
    struct Stream {
        /// Of a request.
        var path = ""
        /// Of the last header block; those before it.
        var status = 0
        var interimStatuses: [Int] = []
        var fields: [(name: String, value: String)] = []
        var content: [UInt8] = []
        var resetCode: UInt32?
        var hasEnded = false

        var isOver: Bool { hasEnded || resetCode != nil }
        var text: String { String(decoding: content, as: UTF8.self) }
        func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }
    }

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    // Safety: made in init, freed in deinit, used by the one thread that reads.
    private let inflater: OpaquePointer?
    /// Whether room is given for what has come.
    var givesRoom = true
    private(set) var streams: [UInt32: Stream] = [:]
    private(set) var goAways: [Frame] = []
    private(set) var settings: [Frame] = []
    private(set) var resetCount = 0
    /// Whether the peer has put our settings in force.
    private(set) var isAcknowledged = false
    private(set) var hasEnded = false

    /// - Parameter descriptor: stays its owner's.
    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var inflater: OpaquePointer?
        nghttp2_hd_inflate_new(&inflater)
        self.inflater = inflater
    }

    deinit { nghttp2_hd_inflate_del(inflater) }

    /// Whether the peer still takes bytes.
    @discardableResult
    func send(_ frames: Frame...) -> Bool { send(frames.flatMap(\.bytes)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress.unsafelyUnwrapped + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// The next frame, kept in the books as well; nil at the end of the connection.
    @discardableResult
    func next() throws -> Frame? {
        guard let head = try take(9), let payload = try take(Int(Frame.number(head.prefix(3)))) else {
            hasEnded = true
            return nil
        }
        let frame = Frame(head[3], flags: head[4], stream: Frame.number(head[5...]), payload)
        try book(frame)
        return frame
    }

    /// Reads until it is so, or the connection ends.
    func read(until isSo: (HTTP2Wire) -> Bool) throws {
        while !isSo(self), try next() != nil {}
    }

    func readToEnd() throws { try read { _ in false } }

    /// What came on a stream once that is over.
    func answer(on stream: UInt32) throws -> Stream {
        try read { $0.streams[stream]?.isOver ?? false }
        guard let answer = streams[stream], answer.isOver else { throw Failure(description: "no answer on \(stream); \(goAways.map(\.goAwayCode))") }
        return answer
    }

    /// What a client sends before its first frame (RFC 9113 §3.4).
    func readPreface() throws {
        guard try take(Frame.preface.count) == Frame.preface else { throw Failure(description: "no preface") }
    }

    private func take(_ count: Int) throws -> [UInt8]? {
        while buffer.count - start < count { guard try readMore() else { return nil } }
        defer { start += count }
        return Array(buffer[start..<start + count])
    }

    private func readMore() throws -> Bool {
        buffer.removeFirst(start)
        start = 0
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count < 0, errno != ECONNRESET { throw Failure(description: "nothing came: \(String(cString: strerror(errno)))") }
        buffer.append(contentsOf: chunk[..<max(count, 0)])
        return count > 0
    }

    private func book(_ frame: Frame) throws {
        switch frame.kind {
        case Frame.Kind.headers:
            if let old = streams[frame.stream], old.status > 0, old.status < 200 { streams[frame.stream]?.interimStatuses.append(old.status) }
            let fields = try inflate(frame.payload)
            streams[frame.stream, default: Stream()].fields = fields.filter { $0.name.utf8.first != UInt8(ascii: ":") }
            if let path = fields.first(where: { $0.name == ":path" })?.value { streams[frame.stream]?.path = path }
            if let status = fields.first(where: { $0.name == ":status" })?.value { streams[frame.stream]?.status = Int(status) ?? 0 }
        case Frame.Kind.data:
            streams[frame.stream, default: Stream()].content += frame.payload
            if givesRoom, !frame.payload.isEmpty {
                send(.windowUpdate(0, UInt32(frame.payload.count)))
                if !frame.endsStream { send(.windowUpdate(frame.stream, UInt32(frame.payload.count))) }
            }
        case Frame.Kind.reset:
            streams[frame.stream, default: Stream()].resetCode = frame.number
            resetCount += 1
        case Frame.Kind.goAway: goAways.append(frame)
        case Frame.Kind.settings where frame.flags & Frame.Flag.acknowledgement == 0:
            settings.append(frame)
            send(.settingsAcknowledgement)
        case Frame.Kind.settings: isAcknowledged = true
        default: break
        }
        if frame.endsStream { streams[frame.stream]?.hasEnded = true }
    }

    private func inflate(_ block: [UInt8]) throws -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        var position = 0
        while true {
            var field = nghttp2_nv()
            var flags: Int32 = 0
            let taken = block[position...].withUnsafeBufferPointer { nghttp2_hd_inflate_hd2(inflater, &field, &flags, $0.baseAddress, $0.count, 1) }
            guard taken >= 0 else { throw Failure(description: "a header block that cannot be read") }
            position += taken
            if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
                fields.append(
                    (
                        String(decoding: UnsafeBufferPointer(start: field.name, count: field.namelen), as: UTF8.self),
                        String(decoding: UnsafeBufferPointer(start: field.value, count: field.valuelen), as: UTF8.self)
                    ))
            }
            if flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 { break }
            if taken == 0, flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) == 0 { break }
        }
        nghttp2_hd_inflate_end_headers(inflater)
        return fields
    }
}

/// A client of HTTP/2 that does exactly what it is told.
final class RawHTTP2Client: @unchecked Sendable {
    // Safety (@unchecked): as of its wire.
    let raw: RawClient
    let wire: HTTP2Wire

    /// Connects, exchanges SETTINGS and waits until the server's are in force.
    init(_ address: SocketAddress, from source: SocketAddress? = nil, settings: [(UInt16, UInt32)] = [], receiveBufferBytes: Int32? = nil) throws {
        raw = try RawClient(address, from: source, receiveBufferBytes: receiveBufferBytes)
        wire = HTTP2Wire(raw.descriptor)
        wire.send(Frame.preface + Frame.settings(settings).bytes)
        try wire.read { !$0.settings.isEmpty }
    }

    func get(_ stream: UInt32, _ path: String, _ fields: HPACK.Fields = []) {
        wire.send(.headers(stream, HPACK.request("GET", path, fields)))
    }

    /// Content goes in frames of the size that every peer takes (RFC 9113 §4.2).
    func post(_ stream: UInt32, _ path: String, _ content: [UInt8], _ fields: HPACK.Fields = []) {
        wire.send(.headers(stream, HPACK.request("POST", path, fields), endsStream: false))
        sendContent(stream, content)
    }

    func sendContent(_ stream: UInt32, _ content: [UInt8]) {
        var rest = content[...]
        repeat {
            let piece = Array(rest.prefix(16_384))
            rest = rest.dropFirst(16_384)
            wire.send(.data(stream, piece, endsStream: rest.isEmpty))
        } while !rest.isEmpty
    }

    func answer(on stream: UInt32) throws -> HTTP2Wire.Stream { try wire.answer(on: stream) }
}
