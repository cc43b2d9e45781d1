/// Remembers the streams of a connection that are over, and judges frames that still arrive for them (RFC 9113 §5.1, §5.1.1).
///
/// nghttp2 forgets a stream that is over, and then ignores without limit what comes for it. A peer may send such frames only while it cannot
/// know yet that this side has reset the stream or has not taken it up: these have to be discarded, and each is counted. Any other frame of
/// this kind is an error of the connection.
struct ClosedStreams {
    enum Verdict: Equatable {
        /// The frame is none for a stream that is over.
        case fine
        /// The frame may be an honest peer's, and is good for nothing: it costs so many points.
        case useless(points: Double)
        /// The stream was used and has ended: STREAM_CLOSED.
        case closed
        /// The identifier is lower than one that was used before, and was never used itself: PROTOCOL_ERROR.
        case unexpectedIdentifier
    }

    enum FrameKind { case content, headers, continuation, windowUpdate, other }

    /// The highest identifier that has been used.
    private(set) var highest: Int32 = 0
    /// The lowest identifier that was passed over; zero where none was.
    private var firstPassedOver: Int32 = 0
    /// Streams that this side has reset or not taken up, the oldest first, with the frames that may still come for each without a cost.
    private var reset: [(id: Int32, framesFree: Int)] = []
    /// A stream that its header block opens, as long as nobody has taken it up.
    private var opening: Int32 = 0
    private let framesFree: Int

    private static let resetMax = 256
    /// Octets of a header block that cost a point: the decoder has to read all of it.
    private static let headerBytesPerPoint = 256

    /// - Parameter framesFree: for each stream that this side has reset: the frames that an honest peer sends before it knows.
    init(framesFree: Int = 0) { self.framesFree = framesFree }

    /// A stream was opened, by either side.
    mutating func noteOpened(_ id: Int32) {
        if opening == id { opening = 0 }
        guard id > highest else { return }
        let next = highest == 0 ? 1 : highest + 2
        if firstPassedOver == 0, id > next { firstPassedOver = next }
        highest = id
    }

    /// This side has reset a stream whose peer may not be done.
    mutating func noteReset(_ id: Int32) {
        guard !reset.contains(where: { $0.id == id }) else { return }
        if reset.count >= ClosedStreams.resetMax { reset.removeFirst() }
        reset.append((id, framesFree))
    }

    /// Judges a frame as it begins. The stream is not open.
    /// - Parameter id: odd; of the peer's streams for a server, of its own for a client.
    /// - Parameter opens: whether header fields on a higher identifier open a stream here.
    mutating func judge(_ kind: FrameKind, _ id: Int32, length: Int, opens: Bool) -> Verdict {
        if kind == .continuation { return .useless(points: ClosedStreams.points(ofBlock: length)) }
        var notTaken: Verdict = .fine
        if opening != 0 {
            // The block before this frame was not taken up, for the connection is ending or has too many streams.
            noteReset(opening)
            opening = 0
            notTaken = .useless(points: 1)
        }
        if id > highest {
            guard kind == .headers, opens else { return notTaken }
            noteOpened(id)
            opening = id
            return notTaken
        }
        switch kind {
        case .other: return notTaken
        case .windowUpdate: return .useless(points: 1)
        case .content, .headers, .continuation:
            if let position = reset.firstIndex(where: { $0.id == id }) {
                guard reset[position].framesFree == 0 else {
                    reset[position].framesFree -= 1
                    return .fine
                }
                return .useless(points: kind == .headers ? ClosedStreams.points(ofBlock: length) : 1)
            }
            return firstPassedOver == 0 || id < firstPassedOver ? .closed : .unexpectedIdentifier
        }
    }

    private static func points(ofBlock length: Int) -> Double { 1 + Double(length / headerBytesPerPoint) }
}
