import Testing

@testable import HTTPKit

/// RFC 9113 §5.1 and §5.1.1: what still comes for a stream that is over.
@Suite struct ClosedStreamsTests {
    /// Streams 1 and 3 were used and have ended.
    private static func used(_ ids: Int32..., framesFree: Int = 0) -> ClosedStreams {
        var streams = ClosedStreams(framesFree: framesFree)
        for id in ids {
            _ = streams.judge(.headers, id, length: 10, opens: true)
            streams.noteOpened(id)
        }
        return streams
    }

    @Test(arguments: [ClosedStreams.FrameKind.content, .headers]) func `a stream that has ended is closed`(_ kind: ClosedStreams.FrameKind) {
        var streams = Self.used(1, 3)
        #expect(streams.judge(kind, 1, length: 1, opens: true) == .closed)
        #expect(streams.judge(kind, 3, length: 1, opens: true) == .closed)
        #expect(streams.judge(.headers, 5, length: 1, opens: true) == .fine)
    }

    @Test(arguments: [(1, 1), (1, 5), (3, 1), (7, 5), (7, 3)] as [(Int32, Int32)])
    func `a stream that was passed over is unexpected`(_ first: Int32, _ id: Int32) {
        var streams = Self.used(first, 9)
        #expect(streams.judge(.headers, id, length: 1, opens: true) == (id == first ? .closed : .unexpectedIdentifier))
    }

    @Test func `what comes for a stream that this side has reset costs a point, a header block by its size`() {
        var streams = Self.used(1)
        streams.noteReset(1)
        #expect(streams.judge(.content, 1, length: 16_384, opens: true) == .useless(points: 1))
        #expect(streams.judge(.headers, 1, length: 100, opens: true) == .useless(points: 1))
        #expect(streams.judge(.headers, 1, length: 12_000, opens: true) == .useless(points: 47))
        #expect(streams.judge(.continuation, 1, length: 12_000, opens: true) == .useless(points: 47))
    }

    @Test func `a client that has cancelled a request bears some frames of the answer`() {
        var streams = Self.used(1, framesFree: 2)
        streams.noteReset(1)
        #expect((0..<3).map { _ in streams.judge(.content, 1, length: 1, opens: false) } == [.fine, .fine, .useless(points: 1)])
    }

    @Test func `a window update may come late`() {
        var streams = Self.used(1)
        #expect(streams.judge(.windowUpdate, 1, length: 4, opens: true) == .useless(points: 1))
        #expect(streams.judge(.other, 1, length: 4, opens: true) == .fine)
    }

    @Test func `a stream that nobody took up costs a point, and what follows on it is discarded`() {
        var streams = Self.used(1)
        #expect(streams.judge(.headers, 3, length: 1, opens: true) == .fine)
        #expect(streams.judge(.content, 3, length: 1, opens: true) == .useless(points: 1))
        #expect(streams.judge(.content, 3, length: 1, opens: true) == .useless(points: 1))
    }

    @Test func `only so many resets are remembered, the latest ones`() {
        var streams = Self.used(1)
        for number in 0..<300 as Range<Int32> {
            streams.noteOpened(2 * number + 1)
            streams.noteReset(2 * number + 1)
        }
        #expect(streams.judge(.content, 1, length: 1, opens: true) == .closed)
        #expect(streams.judge(.content, 599, length: 1, opens: true) == .useless(points: 1))
    }
}
