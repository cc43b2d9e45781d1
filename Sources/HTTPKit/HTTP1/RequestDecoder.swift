internal import Base

/// Decodes HTTP/1.1 requests from a stream of bytes: a state machine without a socket.
struct RequestDecoder {
    enum Event {
        /// All bytes given were taken and more are needed.
        case needMore
        /// The head is complete, and the peer waits for `100 Continue` before it sends the body.
        case expectsContinue
        case request(RequestHead, body: [UInt8])
    }

    private enum State {
        case head
        case length(RequestHead, left: Int)
        /// In memory of its own: every idle connection has a decoder, and few of them are receiving chunks.
        indirect case chunked(RequestHead, ChunkedDecoder)
    }

    private let limits: SharedLimits
    private var scanner = HeadScanner()
    private var state = State.head
    /// The part of a head, or the content of a body, that has arrived so far.
    private var held: [UInt8] = []
    private var emptyLinesLeft = HTTP1Limits.emptyLinesMax

    init(limits: ServerLimits) { self.init(sharing: SharedLimits(limits)) }

    init(sharing limits: SharedLimits) { self.limits = limits }

    /// Memory of a request that is not whole.
    var heldBytes: Int { held.capacity }

    /// Which part of a request is arriving. Each stage has a time limit of its own.
    enum Stage { case none, head, body }

    var stage: Stage { if case .head = state { held.isEmpty ? .none : .head } else { .body } }

    /// Decodes bytes from the start of `input` up to the next event, and removes them from it.
    mutating func next(_ input: inout ByteView) throws(Refusal) -> Event {
        switch state {
        case .head: try nextHead(&input)
        case .length(let head, let left): nextContent(head, left, &input)
        case .chunked(let head, let decoder): try nextChunks(head, decoder, &input)
        }
    }

    /// The method of the request that was refused, where it is known.
    /// - Parameter input: as the refusal left it.
    func method(refusedAt input: ByteView) -> Method? {
        switch state {
        case .head: held.isEmpty ? RequestDecoder.method(in: input) : held.withUnsafeBytes { RequestDecoder.method(in: $0) }
        case .length(let head, _), .chunked(let head, _): head.method
        }
    }

    private static func method(in bytes: ByteView) -> Method? { bytes.position(of: ASCII.space).flatMap { Method(bytes.view(0..<$0)) } }

    private var headLimits: HeadLimits {
        HeadLimits(
            headBytesMax: limits.values.headBytesMax, startLineBytesMax: limits.values.requestLineBytesMax, fieldCountMax: limits.values.fieldCountMax
        )
    }

    private mutating func nextHead(_ input: inout ByteView) throws(Refusal) -> Event {
        guard held.isEmpty else { return try nextHeldHead(&input) }
        guard let bounds = try scanner.scan(input, headLimits) else {
            held.append(contentsOf: input)
            RequestDecoder.take(input.count, of: &input)
            return .needMore
        }
        if bounds.startLine.isEmpty { return try skipEmptyLine(bounds.byteCount, &input) }
        let head = try RequestHead(bounds, of: input)
        RequestDecoder.take(bounds.byteCount, of: &input)
        return try begin(head, &input)
    }

    /// Decodes a head that came in pieces.
    private mutating func nextHeldHead(_ input: inout ByteView) throws(Refusal) -> Event {
        let heldBefore = held.count
        held.append(contentsOf: input)
        let all = held
        guard let (head, count) = try all.withUnsafeBufferPointer({ all throws(Refusal) in try heldHead(ByteView(all)) }) else {
            RequestDecoder.take(input.count, of: &input)
            return .needMore
        }
        held = []
        guard let head else { return try skipEmptyLine(count - heldBefore, &input) }
        RequestDecoder.take(count - heldBefore, of: &input)
        return try begin(head, &input)
    }

    /// - Returns: nil where the head is not complete yet; a nil head where it is only an empty line.
    private mutating func heldHead(_ bytes: ByteView) throws(Refusal) -> (RequestHead?, Int)? {
        guard let bounds = try scanner.scan(bytes, headLimits) else { return nil }
        return (bounds.startLine.isEmpty ? nil : try RequestHead(bounds, of: bytes), bounds.byteCount)
    }

    /// - Parameter count: not more than `input` has.
    @inline(__always) private static func take(_ count: Int, of input: inout ByteView) {
        input = ByteView(rebasing: input[count...])
    }

    /// Skips an empty line before a request line, but only one (RFC 9112 §2.2).
    /// - Parameter count: how many bytes of the empty line are in `input`.
    private mutating func skipEmptyLine(_ count: Int, _ input: inout ByteView) throws(Refusal) -> Event {
        guard emptyLinesLeft > 0 else { throw .malformed("there is no request line") }
        emptyLinesLeft -= 1
        scanner = HeadScanner()
        RequestDecoder.take(count, of: &input)
        return try next(&input)
    }

    private mutating func begin(_ head: RequestHead, _ input: inout ByteView) throws(Refusal) -> Event {
        scanner = HeadScanner()
        emptyLinesLeft = HTTP1Limits.emptyLinesMax
        switch head.framing {
        case .none, .length(0), .untilClose:
            return .request(head, body: [])
        case .length(let count):
            guard count <= limits.values.bodyBytesMax else {
                state = .length(head, left: count)
                throw Refusal(.contentTooLarge, "the body is too large")
            }
            if count <= input.count {
                let body = Array(input[..<count])
                RequestDecoder.take(count, of: &input)
                return .request(head, body: body)
            }
            state = .length(head, left: count)
        case .chunked:
            state = .chunked(head, ChunkedDecoder(contentBytesMax: limits.values.bodyBytesMax, trailerBytesMax: limits.values.headBytesMax))
        }
        if head.expectsContinue, input.isEmpty { return .expectsContinue }
        return try next(&input)
    }

    private mutating func nextContent(_ head: RequestHead, _ left: Int, _ input: inout ByteView) -> Event {
        let taken = min(left, input.count)
        held.append(contentsOf: input.prefix(taken))
        RequestDecoder.take(taken, of: &input)
        guard taken == left else {
            state = .length(head, left: left - taken)
            return .needMore
        }
        return finish(head)
    }

    private mutating func nextChunks(_ head: RequestHead, _ begun: ChunkedDecoder, _ input: inout ByteView) throws(Refusal) -> Event {
        var decoder = begun
        let taken = try decoder.decode(input, into: &held)
        RequestDecoder.take(taken, of: &input)
        guard decoder.isDone else {
            state = .chunked(head, decoder)
            return .needMore
        }
        return finish(head)
    }

    private mutating func finish(_ head: RequestHead) -> Event {
        let body = held
        held = []
        state = .head
        return .request(head, body: body)
    }
}
