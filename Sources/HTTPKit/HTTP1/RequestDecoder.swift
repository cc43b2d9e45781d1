/// HTTP/1.1 requests out of a stream of bytes: a state machine without a socket.
struct RequestDecoder {
    enum Event {
        /// All bytes given were taken and more are needed.
        case needMore
        /// The head is there and the peer waits for `100 Continue` before it sends the body.
        case expectsContinue
        case request(RequestHead, body: [UInt8])
    }

    private enum State {
        case head(HeadScanner)
        case length(RequestHead, left: Int)
        case chunked(RequestHead, ChunkedDecoder)
    }

    private let shared: SharedLimits
    private var limits: ServerLimits { shared.limits }
    private var state: State
    /// A head that is not complete yet; a body's content so far.
    private var held: [UInt8] = []
    private var mayFollowEmptyLine = true

    init(limits: ServerLimits) { self.init(sharing: SharedLimits(limits)) }

    init(sharing shared: SharedLimits) {
        self.shared = shared
        state = .head(RequestDecoder.scanner(shared.limits))
    }

    /// How far the present request is; each stage has a time limit of its own.
    enum Stage { case none, head, body }

    var stage: Stage { if case .head = state { held.isEmpty ? .none : .head } else { .body } }

    /// Takes bytes from the start of `input` up to the next event.
    mutating func next(_ input: inout UnsafeRawBufferPointer) throws(Refusal) -> Event {
        switch state {
        case .head(let scanner): try nextHead(scanner, &input)
        case .length(let head, let left): nextContent(head, left, &input)
        case .chunked(let head, let decoder): try nextChunks(head, decoder, &input)
        }
    }

    private static func scanner(_ limits: ServerLimits) -> HeadScanner {
        HeadScanner(headBytesMax: limits.headBytesMax, startLineBytesMax: limits.requestLineBytesMax, fieldCountMax: limits.fieldCountMax)
    }

    private mutating func nextHead(_ begun: HeadScanner, _ input: inout UnsafeRawBufferPointer) throws(Refusal) -> Event {
        var scanner = begun
        if held.isEmpty {
            guard let count = try scanner.scan(input) else {
                held.append(contentsOf: input)
                input = UnsafeRawBufferPointer(rebasing: input[input.count...])
                state = .head(scanner)
                return .needMore
            }
            if scanner.lines.isEmpty { return try skipEmptyLine(count, &input) }
            let head = try RequestHead(lines: scanner.lines, of: input)
            input = UnsafeRawBufferPointer(rebasing: input[count...])
            return try begin(head, &input)
        }
        let heldBefore = held.count
        held.append(contentsOf: input)
        let found = try held.withUnsafeBufferPointer { held throws(Refusal) -> (RequestHead?, Int)? in
            let bytes = UnsafeRawBufferPointer(held)
            guard let count = try scanner.scan(bytes) else { return nil }
            return (scanner.lines.isEmpty ? nil : try RequestHead(lines: scanner.lines, of: bytes), count)
        }
        guard let (head, count) = found else {
            input = UnsafeRawBufferPointer(rebasing: input[input.count...])
            state = .head(scanner)
            return .needMore
        }
        held = []
        guard let head else { return try skipEmptyLine(count - heldBefore, &input) }
        input = UnsafeRawBufferPointer(rebasing: input[(count - heldBefore)...])
        return try begin(head, &input)
    }

    /// An empty line before a request line is skipped, one at the most (RFC 9112 §2.2).
    /// - Parameter count: how many of its bytes are in `input`.
    private mutating func skipEmptyLine(_ count: Int, _ input: inout UnsafeRawBufferPointer) throws(Refusal) -> Event {
        guard mayFollowEmptyLine else { throw .malformed("there is no request line") }
        mayFollowEmptyLine = false
        state = .head(RequestDecoder.scanner(limits))
        input = UnsafeRawBufferPointer(rebasing: input[count...])
        return try next(&input)
    }

    private mutating func begin(_ head: RequestHead, _ input: inout UnsafeRawBufferPointer) throws(Refusal) -> Event {
        switch head.framing {
        case .none, .length(0), .untilClose:
            return finish(head)
        case .length(let count):
            guard count <= limits.bodyBytesMax else { throw Refusal(.contentTooLarge, "the body is too large") }
            state = .length(head, left: count)
        case .chunked:
            state = .chunked(head, ChunkedDecoder(contentBytesMax: limits.bodyBytesMax, trailerBytesMax: limits.headBytesMax))
        }
        if head.expectsContinue, input.isEmpty { return .expectsContinue }
        return try next(&input)
    }

    private mutating func nextContent(_ head: RequestHead, _ left: Int, _ input: inout UnsafeRawBufferPointer) -> Event {
        let taken = min(left, input.count)
        held.append(contentsOf: input.prefix(taken))
        input = UnsafeRawBufferPointer(rebasing: input[taken...])
        guard taken == left else {
            state = .length(head, left: left - taken)
            return .needMore
        }
        return finish(head)
    }

    private mutating func nextChunks(_ head: RequestHead, _ begun: ChunkedDecoder, _ input: inout UnsafeRawBufferPointer) throws(Refusal) -> Event {
        var decoder = begun
        let taken = try decoder.decode(input, into: &held)
        input = UnsafeRawBufferPointer(rebasing: input[taken...])
        guard decoder.isDone else {
            state = .chunked(head, decoder)
            return .needMore
        }
        return finish(head)
    }

    private mutating func finish(_ head: RequestHead) -> Event {
        defer {
            held = []
            mayFollowEmptyLine = true
            state = .head(RequestDecoder.scanner(limits))
        }
        return .request(head, body: held)
    }
}
