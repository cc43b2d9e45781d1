/// One frame of HTTP/2 as it is on the wire (RFC 9113 §4.1), made by hand: also what no library would send.
struct Frame: Sendable, Equatable {
    enum Kind {
        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let priority: UInt8 = 2
        static let reset: UInt8 = 3
        static let settings: UInt8 = 4
        static let pushPromise: UInt8 = 5
        static let ping: UInt8 = 6
        static let goAway: UInt8 = 7
        static let windowUpdate: UInt8 = 8
        static let continuation: UInt8 = 9
    }

    enum Flag {
        static let endStream: UInt8 = 1
        static let acknowledgement: UInt8 = 1
        static let endHeaders: UInt8 = 4
        static let priority: UInt8 = 32
    }

    enum Setting {
        static let maxConcurrentStreams: UInt16 = 3
        static let initialWindowSize: UInt16 = 4
    }

    enum Code {
        static let none: UInt32 = 0
        static let protocolError: UInt32 = 1
        static let internalError: UInt32 = 2
        static let flowControl: UInt32 = 3
        static let streamClosed: UInt32 = 5
        static let refusedStream: UInt32 = 7
        static let cancel: UInt32 = 8
        static let enhanceYourCalm: UInt32 = 11
    }

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    let kind: UInt8
    let flags: UInt8
    let stream: UInt32
    let payload: [UInt8]

    init(_ kind: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) {
        self.kind = kind
        self.flags = flags
        self.stream = stream
        self.payload = payload
    }

    var bytes: [UInt8] { Frame.big(UInt32(payload.count))[1...] + [kind, flags] + Frame.big(stream) + payload }
    var endsStream: Bool { (kind == Kind.data || kind == Kind.headers) && flags & Flag.endStream != 0 }
    /// The number of a RST_STREAM or WINDOW_UPDATE, the last stream of a GOAWAY.
    var number: UInt32 { Frame.number(payload.prefix(4)) }
    /// The error code of a GOAWAY.
    var goAwayCode: UInt32 { Frame.number(payload.dropFirst(4).prefix(4)) }

    static func settings(_ entries: [(UInt16, UInt32)] = []) -> Frame {
        Frame(Kind.settings, entries.flatMap { [UInt8($0.0 >> 8), UInt8(truncatingIfNeeded: $0.0)] + big($0.1) })
    }

    static let settingsAcknowledgement = Frame(Kind.settings, flags: Flag.acknowledgement)
    static func ping(isAcknowledgement: Bool = false) -> Frame {
        Frame(Kind.ping, flags: isAcknowledgement ? Flag.acknowledgement : 0, Array(repeating: 7, count: 8))
    }

    static func headers(_ stream: UInt32, _ block: [UInt8], endsStream: Bool = true, endsHeaders: Bool = true) -> Frame {
        Frame(Kind.headers, flags: (endsStream ? Flag.endStream : 0) | (endsHeaders ? Flag.endHeaders : 0), stream: stream, block)
    }

    static func continuation(_ stream: UInt32, _ block: [UInt8], endsHeaders: Bool = false) -> Frame {
        Frame(Kind.continuation, flags: endsHeaders ? Flag.endHeaders : 0, stream: stream, block)
    }

    static func data(_ stream: UInt32, _ content: [UInt8] = [], endsStream: Bool = true) -> Frame {
        Frame(Kind.data, flags: endsStream ? Flag.endStream : 0, stream: stream, content)
    }

    static func reset(_ stream: UInt32, _ code: UInt32 = Code.cancel) -> Frame { Frame(Kind.reset, stream: stream, big(code)) }
    static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> Frame { Frame(Kind.windowUpdate, stream: stream, big(increment)) }
    static func priority(_ stream: UInt32, dependsOn other: UInt32) -> Frame { Frame(Kind.priority, stream: stream, big(other) + [15]) }
    static func goAway(last: UInt32, _ code: UInt32 = Code.none) -> Frame { Frame(Kind.goAway, big(last) + big(code)) }

    static func number(_ bytes: some Sequence<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }
    private static func big(_ number: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }
}

/// Header blocks of literal fields that enter no table (RFC 7541 §6.2.2), without Huffman.
enum HPACK {
    typealias Fields = [(String, String)]

    static func block(_ fields: Fields) -> [UInt8] { fields.flatMap { [0] + string($0.0) + string($0.1) } }

    static func request(_ method: String, _ path: String, _ fields: Fields = []) -> [UInt8] {
        block([(":method", method), (":scheme", "http"), (":authority", "a"), (":path", path)] + fields)
    }

    static func response(_ status: Int, _ fields: Fields = []) -> [UInt8] { block([(":status", "\(status)")] + fields) }

    /// A field that enters the table, where the last one that did is number 62.
    static func indexed(_ name: String, _ value: String) -> [UInt8] { [0x40] + string(name) + string(value) }
    static let lastEntered: UInt8 = 0x80 | 62

    static func string(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var length: [UInt8] = [127]
        var rest = bytes.count - 127
        while rest >= 128 {
            length.append(UInt8(rest % 128) | 128)
            rest /= 128
        }
        return length + [UInt8(rest)] + bytes
    }
}
