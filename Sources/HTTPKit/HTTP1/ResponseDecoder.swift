/// Decodes HTTP/1.1 responses from a stream of bytes, for the client.
struct ResponseDecoder {
    enum Event {
        case needMore
        case response(Response, keepsAlive: Bool)
    }

    private enum State {
        case head
        case content(ResponseHead, left: Int?)
        case chunked(ResponseHead, ChunkedDecoder)
    }

    private let limits: ClientLimits
    /// A response to HEAD has no body whatever its fields say (RFC 9112 §6.3).
    private let isToHead: Bool
    private var state = State.head
    private var scanner = HeadScanner()
    private var held: [UInt8] = []
    private var interimResponses = 0

    init(limits: ClientLimits, isToHead: Bool) {
        self.limits = limits
        self.isToHead = isToHead
    }

    private static let start = Array("HTTP/1.".utf8)

    private var mayBeResponse: Bool { zip(held, ResponseDecoder.start).allSatisfy { $0 == $1 } }

    private var headLimits: HeadLimits {
        HeadLimits(headBytesMax: limits.headBytesMax, startLineBytesMax: limits.headBytesMax, fieldCountMax: limits.fieldCountMax)
    }

    mutating func next(_ input: inout UnsafeRawBufferPointer) throws(Refusal) -> Event {
        switch state {
        case .head: return try nextHead(&input)
        case .content(let head, let left): return try nextContent(head, left, &input)
        case .chunked(let head, var decoder):
            let taken = try decoder.decode(input, into: &held)
            input = UnsafeRawBufferPointer(rebasing: input[taken...])
            state = .chunked(head, decoder)
            return decoder.isDone ? finish(head, hasOwnEnd: true) : .needMore
        }
    }

    /// Notes that the peer has closed the connection, which ends a body without a length.
    /// - Throws: where the response is cut short.
    mutating func end() throws(Refusal) -> Event {
        guard case .content(let head, nil) = state else { throw .malformed("the connection ended within a response") }
        return finish(head, hasOwnEnd: false)
    }

    private mutating func nextHead(_ input: inout UnsafeRawBufferPointer) throws(Refusal) -> Event {
        let heldBefore = held.count
        held.append(contentsOf: input)
        // A server that speaks something else may wait for an answer, so its first bytes have to do.
        guard mayBeResponse else { throw .malformed("what the server speaks is not HTTP/1.1") }
        let limits = headLimits
        let found = try held.withUnsafeBufferPointer { [scanner] held throws(Refusal) -> (HeadScanner, (ResponseHead, Int)?) in
            var scanner = scanner
            let bytes = ByteView(held)
            guard let bounds = try scanner.scan(bytes, limits) else { return (scanner, nil) }
            return (HeadScanner(), (try ResponseHead(bounds, of: bytes), bounds.byteCount))
        }
        scanner = found.0
        guard let (head, count) = found.1 else {
            input = UnsafeRawBufferPointer(rebasing: input[input.count...])
            return .needMore
        }
        held = []
        input = UnsafeRawBufferPointer(rebasing: input[(count - heldBefore)...])
        return try begin(head, &input)
    }

    private mutating func begin(_ head: ResponseHead, _ input: inout UnsafeRawBufferPointer) throws(Refusal) -> Event {
        if head.status.code < 200 {
            interimResponses += 1
            guard head.status.code != 101, interimResponses <= limits.interimResponsesMax else { throw .malformed("an interim response too many") }
            state = .head
            return try next(&input)
        }
        if isToHead || head.status == .noContent || head.status == .notModified { return finish(head, hasOwnEnd: true) }
        switch head.framing {
        case .none, .length(0): return finish(head, hasOwnEnd: true)
        case _ where !head.fields.arePlain: throw .malformed("the content has a coding that was not asked for")
        case .length(let count):
            guard count <= limits.bodyBytesMax else { throw Refusal(.contentTooLarge, "the response is too large") }
            state = .content(head, left: count)
        case .untilClose: state = .content(head, left: nil)
        case .chunked: state = .chunked(head, ChunkedDecoder(contentBytesMax: limits.bodyBytesMax, trailerBytesMax: limits.headBytesMax))
        }
        return try next(&input)
    }

    private mutating func nextContent(_ head: ResponseHead, _ left: Int?, _ input: inout UnsafeRawBufferPointer) throws(Refusal) -> Event {
        let taken = min(left ?? input.count, input.count)
        guard held.count + taken <= limits.bodyBytesMax else { throw Refusal(.contentTooLarge, "the response is too large") }
        held.append(contentsOf: input.prefix(taken))
        input = UnsafeRawBufferPointer(rebasing: input[taken...])
        guard let left else { return .needMore }
        state = .content(head, left: left - taken)
        return taken == left ? finish(head, hasOwnEnd: true) : .needMore
    }

    /// - Parameter hasOwnEnd: false where the end of the connection ended the body.
    private mutating func finish(_ head: ResponseHead, hasOwnEnd: Bool) -> Event {
        .response(Response(head.status, fields: head.fields, body: held), keepsAlive: hasOwnEnd && head.keepsAlive)
    }
}
