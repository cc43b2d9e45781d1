import Base
import CNGHTTP2
import Testing

@testable import HTTPKit

/// How fields are written in the header blocks that go out: what is always the same once and then by its number, what is new in every message
/// past the peer's table (RFC 7541 §6).
@Suite struct HeaderBlockTests {
    /// A client's session, whose peer answers each request at once.
    private struct Sender {
        private let session = HTTP2ClientSession(limits: ClientLimits(), now: .now)

        init() throws { try receive(.settings()) }

        /// The header block of a request.
        func block(_ request: ClientRequest) throws -> [UInt8] {
            let id = try #require(session.send(request, host: "authdb.primary.example", scheme: "http"))
            let block = try #require(try frames().first { $0.kind == Frame.Kind.headers && $0.stream == UInt32(id) }?.payload)
            try receive(.headers(UInt32(id), HPACK.response(200)))
            return block
        }

        private func receive(_ frame: Frame) throws { try frame.bytes.withUnsafeBytes { try session.receive($0) } }

        private func frames() throws -> [Frame] {
            var bytes: [UInt8] = []
            try session.appendOutput(to: &bytes, countMax: .max)
            if bytes.starts(with: Frame.preface) { bytes.removeFirst(Frame.preface.count) }
            var frames: [Frame] = []
            while bytes.count >= 9 {
                let end = 9 + Int(Frame.number(bytes.prefix(3)))
                frames.append(Frame(bytes[3], flags: bytes[4], stream: Frame.number(bytes[5..<9]), Array(bytes[9..<end])))
                bytes.removeFirst(end)
            }
            return frames
        }
    }

    /// As a hop's request: some fields always the same, two fresh ones.
    private static func request(_ number: Int) -> ClientRequest {
        var fields: Fields = ["Content-Type": "application/json", "User-Agent": "authdb-caller"]
        fields.append("3gpp-Sbi-Max-Rsp-Time", decimal: 1_000 + number, isFresh: true)
        fields.append("traceparent", Array("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba9\(1_000 + number)-01".utf8), isFresh: true)
        return ClientRequest(.post, "/user/\(1_000 + number)", fields: fields)
    }

    private typealias Ways = [(name: String, way: HPACKReader.Representation)]

    private static let first: Ways = [
        (":method", .indexed), (":scheme", .indexed), (":authority", .remembered), (":path", .notRemembered), ("content-type", .remembered),
        ("user-agent", .remembered), ("3gpp-sbi-max-rsp-time", .remembered), ("traceparent", .remembered), ("content-length", .notRemembered),
    ]
    private static let later: Ways = [
        (":method", .indexed), (":scheme", .indexed), (":authority", .indexed), (":path", .notRemembered), ("content-type", .indexed),
        ("user-agent", .indexed), ("3gpp-sbi-max-rsp-time", .neverRemembered), ("traceparent", .neverRemembered), ("content-length", .notRemembered),
    ]
    private static let refreshing = later.map { $0.way == .neverRemembered ? ($0.name, .remembered) : $0 }

    private func expect(_ fields: [HPACKReader.Field], _ ways: Ways, _ number: Int) {
        #expect(fields.map(\.name) == ways.map(\.name), "request \(number)")
        #expect(fields.map(\.representation) == ways.map(\.way), "request \(number)")
    }

    @Test func `what is always the same is sent once, and what is fresh is remembered once in 256 requests`() throws {
        let (sender, reader) = (try Sender(), HPACKReader())
        for number in 0..<514 {
            let fields = try reader.read(sender.block(HeaderBlockTests.request(number)))
            expect(
                fields, number == 0 ? HeaderBlockTests.first : number.isMultiple(of: 256) ? HeaderBlockTests.refreshing : HeaderBlockTests.later,
                number)
            #expect(fields.first { $0.name == "3gpp-sbi-max-rsp-time" }?.value == "\(1_000 + number)")
            #expect(reader.rememberedCount == 5 + 2 * (number / 256), "request \(number)")
            // Only what no table has yet is spelt.
            let spelt = fields.filter { !$0.isNamedByNumber }.map(\.name)
            #expect(spelt == (number == 0 ? ["3gpp-sbi-max-rsp-time", "traceparent"] : []), "request \(number)")
        }
    }

    @Test func `the second block is as long as its fresh values and a few bytes`() throws {
        let (sender, reader) = (try Sender(), HPACKReader())
        _ = try reader.read(sender.block(HeaderBlockTests.request(0)))
        let block = try sender.block(HeaderBlockTests.request(1))
        let fields = try reader.read(block)
        for field in fields where field.representation == .indexed { #expect(field.byteCount == 1, "\(field)") }
        // A literal is its name's number in at most two bytes, one of length and the value, which Huffman makes no longer.
        let spelt = fields.filter { $0.representation != .indexed }
        #expect(block.count <= fields.count - spelt.count + spelt.reduce(0) { $0 + 3 + $1.value.utf8.count }, "\(fields)")
    }

    @Test func `the second block of fields that are all remembered is a byte for each`() throws {
        let (sender, reader) = (try Sender(), HPACKReader())
        let request = ClientRequest(.get, "/", fields: ["Accept": "application/json", "User-Agent": "authdb-caller", "X-Always": "the same"])
        let count = try reader.read(sender.block(request)).count
        let block = try sender.block(request)
        #expect(block.count == count && count == 7)
        #expect(
            try reader.read(block).map(\.value) == ["GET", "http", "authdb.primary.example", "/", "application/json", "authdb-caller", "the same"])
    }

    @Test func `a fresh field of an answer is never remembered`() throws {
        let (block, reader) = (HeaderBlock(), HPACKReader())
        var deflater: OpaquePointer?
        nghttp2_hd_deflate_new(&deflater, 4_096)
        defer { nghttp2_hd_deflate_del(deflater) }
        for number in 0..<300 {
            var fields: Fields = ["Content-Type": "application/json"]
            fields.append("traceparent", Array("\(number)".utf8), isFresh: true)
            block.set(.ok, fields, date: Array("Tue, 15 Nov 1994 08:12:31 GMT".utf8), contentLength: nil)
            var bytes = [UInt8](repeating: 0, count: 1_024)
            let count = block.withList { list, count in
                nghttp2_hd_deflate_hd(deflater, &bytes, bytes.count, UnsafeMutablePointer(mutating: list), count)
            }
            let read = try reader.read(Array(bytes.prefix(count)))
            #expect(read.map(\.name) == [":status", "content-type", "traceparent", "date"])
            let same: HPACKReader.Representation = number == 0 ? .remembered : .indexed
            #expect(read.map(\.representation) == [.indexed, same, .neverRemembered, same], "answer \(number)")
            #expect(reader.rememberedCount == 2)
        }
    }
}
