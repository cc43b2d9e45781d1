import Testing

@testable import HTTPKit

/// What a peer does to cost much and give little: one opening, then the same again and again.
struct Abuse: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Sent once, before the rest.
    let opening: [UInt8]
    /// How often `round` is sent unless the connection ends.
    let count: Int
    let round: @Sendable (Int) -> [UInt8]

    init(_ name: String, opening: [Frame] = [], count: Int = 100_000, _ round: @escaping @Sendable (Int) -> [Frame]) {
        testDescription = name
        self.opening = opening.flatMap(\.bytes)
        self.count = count
        self.round = { round($0).flatMap(\.bytes) }
    }

    /// The same again, made once.
    init(_ name: String, opening: [Frame] = [], count: Int = 100_000, always frames: [Frame]) {
        testDescription = name
        let bytes = frames.flatMap(\.bytes)
        self.opening = opening.flatMap(\.bytes)
        self.count = count
        round = { _ in bytes }
    }

    private static func odd(_ number: Int) -> UInt32 { UInt32(2 * number + 1) }
    private static let get = HPACK.request("GET", "/hello")
    private static let wait = HPACK.request("GET", "/gate/x")
    private static let post = HPACK.request("POST", "/echo")
    private static let openPost = Frame.headers(1, post, endsStream: false)
    private static let openGet = Frame.headers(1, wait)
    private static let halfBlock = Frame.headers(1, get, endsHeaders: false)
    private static let kilobytes = String(repeating: "a", count: 4_000)

    /// Requests that are taken back (CVE-2023-44487, -39325, -45802), by the client or by what it makes the server do (CVE-2025-8671, -5115, -55163).
    static let resets: [Abuse] = [
        Abuse("rapid reset") { [.headers(odd($0), get), .reset(odd($0))] },
        Abuse("rapid reset of waiting handlers") { [.headers(odd($0), wait), .reset(odd($0))] },
        Abuse("rapid reset that says there is no error") { [.headers(odd($0), wait), .reset(odd($0), Frame.Code.none)] },
        Abuse("rapid reset of half a request") { [.headers(odd($0), post, endsStream: false), .reset(odd($0))] },
        Abuse("rapid reset behind an answered request") { [.headers(odd(2 * $0), get), .headers(odd(2 * $0 + 1), wait), .reset(odd(2 * $0 + 1))] },
        Abuse("MadeYouReset by a window update of nothing") { [.headers(odd($0), wait), .windowUpdate(odd($0), 0)] },
        Abuse("MadeYouReset by a window that overflows") { [.headers(odd($0), wait), .windowUpdate(odd($0), 0x7fff_ffff)] },
        Abuse("MadeYouReset by content after the end") { [.headers(odd($0), wait), .data(odd($0), [0])] },
        Abuse("MadeYouReset by header fields after the end") { [.headers(odd($0), wait), .headers(odd($0), get)] },
        Abuse("MadeYouReset by a priority that depends on itself") { [.headers(odd($0), wait), .priority(odd($0), dependsOn: odd($0))] },
        Abuse("MadeYouReset by a priority of the wrong length") { [.headers(odd($0), wait), Frame(Frame.Kind.priority, stream: odd($0), [0])] },
        Abuse("MadeYouReset by content of the wrong length") {
            [.headers(odd($0), HPACK.request("POST", "/echo", [("content-length", "1")]), endsStream: false), .data(odd($0), [0, 0])]
        },
        Abuse("streams beyond the bound") { [.headers(odd($0), wait)] },
        Abuse("header fields that break the rules") { [.headers(odd($0), HPACK.request("GET", "/hello", [("Upper", "x")]))] },
        Abuse("header fields without a name (CVE-2019-9516)") { [.headers(odd($0), HPACK.request("GET", "/hello", [("", ""), ("", "")]))] },
    ]

    /// Frames that cost an answer, a turn or some memory (CVE-2019-9512, -9513, -9515, -9517, -9518, CVE-2020-11080).
    static let floods: [Abuse] = [
        Abuse("PING", always: [.ping()]),
        Abuse("answers to PINGs that nobody sent", always: [.ping(isAcknowledgement: true)]),
        Abuse("SETTINGS", always: [.settings([(Frame.Setting.initialWindowSize, UInt32(65_535))])]),
        Abuse("empty SETTINGS", always: [.settings()]),
        Abuse("acknowledged SETTINGS that nobody sent", always: [.settingsAcknowledgement]),
        Abuse("SETTINGS of 33 entries", always: [.settings(Array(repeating: (Frame.Setting.initialWindowSize, UInt32(65_535)), count: 33))]),
        Abuse("SETTINGS of 16 KiB", always: [.settings(Array(repeating: (0x7777, UInt32(1)), count: 2_730))]),
        Abuse("empty DATA", opening: [openPost], always: [.data(1, endsStream: false)]),
        Abuse("DATA that is padding", opening: [openPost], always: [Frame(Frame.Kind.data, flags: 8, stream: 1, [3, 0, 0, 0])]),
        Abuse("window updates of the connection", always: [.windowUpdate(0, 1)]),
        Abuse("window updates of a stream", opening: [openGet], always: [.windowUpdate(1, 1)]),
        Abuse("window updates of the connection of nothing", always: [.windowUpdate(0, 0)]),
        Abuse("resets of a stream that is over", opening: [.headers(1, get), .reset(1)], always: [.reset(1)]),
        Abuse("PRIORITY of streams that are not there (CVE-2019-9513)") { [.priority(odd($0), dependsOn: 0)] },
        Abuse("PRIORITY of one stream", opening: [openGet], always: [.priority(1, dependsOn: 0)]),
        Abuse("PRIORITY_UPDATE", always: [Frame(0x10, stream: 0, [0, 0, 0, 1, 117, 61, 49])]),
        Abuse("frames of an unknown kind on a stream that has ended", opening: [.headers(1, get)], always: [Frame(0xfe, stream: 1, [])]),
        Abuse("frames of an unknown kind", always: [Frame(0x77, stream: 0, [1, 2, 3])]),
        Abuse("GOAWAY", always: [.goAway(last: 0)]),
        Abuse("pushes", always: [Frame(Frame.Kind.pushPromise, flags: Frame.Flag.endHeaders, stream: 1, [0, 0, 0, 2])]),
    ]

    /// Frames of streams that are over, or that were passed over: RFC 9113 §5.1, §5.1.1.
    static let latecomers: [Abuse] = [
        Abuse("content of a stream that has ended", opening: [.headers(1, get)], count: 100_000, always: [.data(1, [0], endsStream: false)]),
        Abuse("empty content of a stream that has ended", opening: [.headers(1, get)], count: 100_000, always: [.data(1, endsStream: false)]),
        Abuse("header fields of a stream that has ended", opening: [.headers(1, get)], count: 10_000, always: [.headers(1, get)]),
        Abuse(
            "bombs on a stream that has ended", opening: [.headers(1, get + HPACK.indexed("x", kilobytes))], count: 6_000, always: [.headers(1, bomb)]
        ),
        Abuse(
            "bombs on a stream that was passed over", opening: [.headers(5, get + HPACK.indexed("x", kilobytes))], count: 6_000,
            always: [.headers(3, bomb)]),
        Abuse("content of a stream that was passed over", opening: [.headers(5, get)], count: 100_000, always: [.data(3, [0], endsStream: false)]),
        Abuse("window updates of a stream that has ended", opening: [.headers(1, get)], count: 100_000, always: [.windowUpdate(1, 1)]),
        Abuse(
            "content of a stream that its peer has reset", opening: [openPost, .reset(1)], count: 100_000,
            always: [.data(1, [0], endsStream: false)]),
        Abuse("bombs on a stream that its peer has reset", opening: [openPost, .reset(1)], count: 6_000, always: [.headers(1, bomb)]),
        Abuse(
            "content of a stream that was refused", opening: [.headers(1, HPACK.request("POST", "/none"), endsStream: false)], count: 100_000,
            always: [.data(1, [0], endsStream: false)]),
        Abuse("bombs on streams beyond the bound", opening: (0..<100).map { .headers(odd($0), wait) }, count: 6_000) {
            [.headers(odd(100 + $0), bomb)]
        },
    ]

    /// Small on the wire and twelve thousand fields to the decoder.
    private static let bomb = [UInt8](repeating: HPACK.lastEntered, count: 12_000)

    /// Header blocks without end, or that are larger than they look (CVE-2024-28182, -27316, CVE-2016-6581, CVE-2026-49975).
    static let blocks: [Abuse] = [
        Abuse("CONTINUATION", opening: [halfBlock], always: [.continuation(1, HPACK.block([("x", "y")]))]),
        Abuse("empty CONTINUATION", opening: [halfBlock], always: [.continuation(1, [])]),
        Abuse(
            "CONTINUATION of 16 KiB", opening: [halfBlock], count: 10_000,
            always: [.continuation(1, HPACK.block([("x", String(repeating: "y", count: 16_000))]))]),
        Abuse("CONTINUATION without names", opening: [halfBlock], always: [.continuation(1, HPACK.block([("", "")]))]),
        Abuse("CONTINUATION on nothing", always: [.continuation(1, [])]),
        Abuse("a frame within a header block", opening: [halfBlock], always: [.ping()]),
        Abuse("bomb: one field of the table, over and over") { round in
            let entry = round == 0 ? HPACK.indexed("x", kilobytes) : []
            return [.headers(odd(round), get + entry + Array(repeating: HPACK.lastEntered, count: 16_000 - entry.count), endsStream: false)]
        },
        Abuse("bomb: cookie crumbs of one byte") { round in
            let entry = round == 0 ? HPACK.indexed("cookie", "") : []
            return [.headers(odd(round), get + entry + Array(repeating: HPACK.lastEntered, count: 16_000), endsStream: false)]
        },
        Abuse("a table larger than agreed", always: [.headers(1, [0x3f, 0xe1, 0xff, 0x03] + get)]),
        Abuse("an index that does not exist", always: [.headers(1, [0xff, 0xff, 0xff, 0x0f])]),
        Abuse("a number without end", always: [.headers(1, [0xff] + Array(repeating: 0xff, count: 1_000))]),
    ]

    private static let wideWindow: [Frame] = [.settings([(Frame.Setting.initialWindowSize, UInt32(0x7fff_ffff))]), .windowUpdate(0, 0x7fff_0000)]
    private static let noWindow: [Frame] = [.settings([(Frame.Setting.initialWindowSize, UInt32(0))])]
    private static func big(_ bytes: Int) -> [UInt8] { HPACK.request("GET", "/big/\(bytes)") }
    private static let hundred = (0..<100).map(odd)

    /// Requests that are in order, whose answers are not read or not let go (CVE-2019-9517, CVE-2023-43622).
    static let stalls: [Abuse] = [
        Abuse("small answers that nobody reads", opening: wideWindow) { [.headers(odd($0), big(1_000))] },
        Abuse("large answers that nobody reads", opening: wideWindow) { [.headers(odd($0), big(60_000))] },
        Abuse("very large answers that nobody reads", opening: wideWindow) { [.headers(odd($0), big(1_000_000))] },
        Abuse("large answers and PINGs", opening: wideWindow) { [.headers(odd($0), big(60_000)), .ping()] },
        Abuse("content that is to be sent back", opening: wideWindow) { round in
            [.headers(odd(round), post, endsStream: false)]
                + (0..<4).map { .data(odd(round), [UInt8](repeating: 7, count: 16_000), endsStream: $0 == 3) }
        },
        Abuse("content that is to be sent back into no window", opening: noWindow) { round in
            [.headers(odd(round), post, endsStream: false)]
                + (0..<4).map { .data(odd(round), [UInt8](repeating: 7, count: 16_000), endsStream: $0 == 3) }
        },
        Abuse("answers as large as the window, again and again") { [.headers(odd($0), big(65_535))] },
        Abuse("answers into no window, again and again", opening: noWindow) { [.headers(odd($0), big(60_000))] },
        Abuse("a hundred answers into no window", opening: noWindow + hundred.map { .headers($0, big(60_000)) }, count: 1, always: []),
        Abuse("a hundred very large answers into no window", opening: noWindow + hundred.map { .headers($0, big(1_000_000)) }, count: 1, always: []),
        Abuse(
            "a hundred very large answers into the window of a connection", opening: hundred.map { Frame.headers($0, big(1_000_000)) }, count: 1,
            always: []),
        Abuse("a window that comes in bytes", opening: noWindow + hundred.map { .headers($0, big(60_000)) }) { [.windowUpdate(odd($0 % 100), 1)] },
        Abuse("a request and a window of a byte", opening: noWindow) { [.headers(odd($0), big(60_000)), .windowUpdate(odd($0), 1)] },
        Abuse("a window that comes and goes", opening: hundred.map { .headers($0, big(60_000)) }) {
            [.settings([(Frame.Setting.initialWindowSize, UInt32($0 % 2 * 65_535))])]
        },
    ]
}
