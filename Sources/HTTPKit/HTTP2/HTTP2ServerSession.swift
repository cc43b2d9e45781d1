internal import Base
internal import CNGHTTP2

/// The server's side of an HTTP/2 connection: it receives requests and sends answers.
final class HTTP2ServerSession: HTTP2Session {
    // Safety: the delegate owns the session and lives at least as long. A weak reference would slow down every retain and release of the delegate.
    unowned(unsafe) var delegate: (any HTTP2ServerSessionDelegate)?
    private let limits: ServerLimits
    private let peer: Peer
    private typealias Stream = UnsafeMutablePointer<HTTP2ServerStream>
    private var streams = StreamTable<Stream>()
    /// The stream of the last event, because the events of a stream come in a row.
    private var current: Stream?
    private let memory: HTTP2SharedMemory
    /// The value of `Date`, which the owner sets before each turn.
    var date: [UInt8] = []

    init(limits: ServerLimits, peer: Peer, now: Instant, memory: HTTP2SharedMemory = HTTP2SharedMemory()) {
        self.limits = limits
        self.memory = memory
        self.peer = peer
        super.init(.server, limits: limits.http2, now: now)
        sendSettings(
            [
                nghttp2_settings_entry(
                    settings_id: Int32(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS.rawValue), value: UInt32(clamping: limits.http2.streamsMax)),
                // One byte more than a body may have, so that a body that is too large is noticed.
                nghttp2_settings_entry(
                    settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue), value: UInt32(clamping: limits.bodyBytesMax + 1)),
                nghttp2_settings_entry(
                    settings_id: Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue), value: UInt32(clamping: limits.headBytesMax)),
                nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES.rawValue), value: 1),
            ], connectionWindowBytes: limits.http2.connectionWindowBytes)
    }

    deinit { for stream in streams.all { memory.streams.giveBack(stream) } }

    var streamCount: Int { streams.count }
    /// Content of requests that are not whole.
    private(set) var unfinishedBytes = 0
    /// Header fields of the requests on open streams.
    private var fieldBytesHeld = 0
    /// Content of answers that is still to be sent.
    private(set) var answersHeldBytes = 0
    /// Everything that the session holds for its peer: fields and content of requests, the content of answers, and the streams themselves.
    var heldBytes: Int {
        let ofBlock = headerBlockBegan == nil ? 0 : current.map { $0.pointee.fieldBytes } ?? 0
        return unfinishedBytes + fieldBytesHeld + ofBlock + answersHeldBytes + streams.count * ServerLimits.streamBytes
    }
    /// Whether a stream or a header block is open, which may take too long.
    var isBusy: Bool { !streams.isEmpty || headerBlockBegan != nil }

    // MARK: answers

    func answer(_ response: Response, on id: Int32) {
        guard let stream = stream(id), !stream.pointee.isAnswered else { return }
        stream.pointee.isAnswered = true
        stream.pointee.isClosedForInput = true
        stream.pointee.progressed = now
        // As in HTTP/1.1, the content of 204 and 304 is dropped.
        let isBodiless = response.status == .noContent || response.status == .notModified
        let hasContent = !isBodiless && !response.body.isEmpty && stream.pointee.method != .head
        if hasContent {
            guard mayHold(response.body.count) else { return reset(id, NGHTTP2_ENHANCE_YOUR_CALM) }
            stream.pointee.answer = OutgoingContent(response.body)
            answersHeldBytes += response.body.count
        }
        memory.block.set(response.status, response.fields, date: date, contentLength: isBodiless ? nil : response.body.count)
        _ = memory.block.withList { list, count in
            withUnsafePointer(to: HTTP2Callbacks.contentProvider) { nghttp2_submit_response(session, id, list, count, hasContent ? $0 : nil) }
        }
    }

    /// Whether an answer may wait for the peer's window. Without a bound, a peer that gives no window would fill the memory with large answers.
    private func mayHold(_ count: Int) -> Bool {
        guard count > HTTP2Limits.smallAnswerBytes else { return true }
        guard answersHeldBytes == 0 || answersHeldBytes + count <= limits.http2.answersHeldBytesMax else { return false }
        return delegate?.session(self, mayHold: count) ?? true
    }

    private func refuse(_ stream: Stream, _ refusal: Refusal) {
        guard stream.pointee.refusal == nil else { return }
        stream.pointee.refusal = refusal
        stream.pointee.isClosedForInput = true
        stream.pointee.body = []
        stream.pointee.fields = Fields()
        stream.pointee.path = []
        releaseFields(stream)
    }

    private func releaseFields(_ stream: Stream) {
        fieldBytesHeld -= stream.pointee.heldFieldBytes
        stream.pointee.heldFieldBytes = 0
    }

    /// Refuses every request that is not whole.
    /// - Returns: whether there was one.
    func refuseUnfinished(_ refusal: Refusal) -> Bool {
        let unfinished = streams.all.filter { !$0.pointee.isClosedForInput }
        for stream in unfinished {
            refuse(stream, refusal)
            giveRoom(stream)
            answerRefused(stream)
        }
        return !unfinished.isEmpty
    }

    /// Ends the requests that are not whole, because their client sends nothing more.
    func endUnfinished() {
        for stream in streams.all where !stream.pointee.isWhole && !stream.pointee.isAnswered { reset(stream.pointee.id, NGHTTP2_CANCEL) }
    }

    /// Answers a refused request. If the peer is still sending it, it is told to stop (RFC 9113 §8.1).
    private func answerRefused(_ stream: Stream) {
        guard let refusal = stream.pointee.refusal, !stream.pointee.isAnswered else { return }
        guard let response = delegate?.session(self, refused: refusal, stream.pointee.method, began: stream.pointee.began) else { return }
        answer(response, on: stream.pointee.id)
    }

    // MARK: time

    /// Ends streams and header blocks that take too long.
    /// - Returns: when this has to be called again; nil where no stream is open.
    func endOverdue() -> Instant? {
        var next: Instant?
        for stream in streams.all {
            let deadline: Instant
            if stream.pointee.isAnswered {
                deadline = stream.pointee.progressed + limits.writeStallTime
                if now >= deadline { reset(stream.pointee.id, NGHTTP2_CANCEL) }
            } else if !stream.pointee.isClosedForInput {
                deadline = stream.pointee.began + limits.bodyTime
                if now >= deadline {
                    refuse(stream, Refusal(408, "the request took too long to arrive"))
                    answerRefused(stream)
                }
            } else {
                continue
            }
            if now < deadline { next = min(next ?? deadline, deadline) }
        }
        if let headerBlockBegan {
            let deadline = headerBlockBegan + limits.headTime
            if now >= deadline { terminate(NGHTTP2_ENHANCE_YOUR_CALM) } else { next = min(next ?? deadline, deadline) }
        }
        return next ?? (streams.isEmpty ? nil : now + limits.writeStallTime)
    }

    // MARK: events

    private func stream(_ id: Int32) -> Stream? {
        if let current, current.pointee.id == id { return current }
        current = streams[id]
        return current
    }

    override func isOpen(_ id: Int32) -> Bool { stream(id) != nil }

    override func hasReceivedEnd(_ id: Int32) -> Bool { stream(id)?.pointee.isWhole ?? false }

    override func began(_ id: Int32, _ category: nghttp2_headers_category) -> Bool {
        closedStreams.noteOpened(id)
        guard category == NGHTTP2_HCAT_REQUEST else { return true }
        let stream = memory.streams.take()
        stream.pointee.begin(id, now: now)
        streams.add(stream, id)
        current = stream
        return true
    }

    override func received(
        name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>, of id: Int32, _ category: nghttp2_headers_category
    ) -> Bool {
        guard let stream = stream(id) else { return true }
        stream.pointee.fieldCount += 1
        stream.pointee.fieldBytes += name.count + value.count + 32
        // The fields of a refused request are still decoded, because the decoder's table has to follow the encoder's, but not without a bound
        // (CVE-2026-49975).
        guard stream.pointee.fieldBytes <= limits.http2.refusedFieldBytesMax else {
            terminate(NGHTTP2_ENHANCE_YOUR_CALM)
            return false
        }
        guard stream.pointee.fieldCount <= limits.fieldCountMax + 4 else {
            refuse(stream, Refusal(.headerFieldsTooLarge, "there are too many header fields"))
            return true
        }
        guard stream.pointee.fieldBytes <= limits.headBytesMax else {
            refuse(stream, Refusal(.headerFieldsTooLarge, "the header fields are too large"))
            return true
        }
        // Trailer fields are checked and dropped.
        if category == NGHTTP2_HCAT_REQUEST, stream.pointee.refusal == nil { stream.pointee.take(name: name, value: value) }
        return true
    }

    override func receivedHeaders(_ id: Int32, _ category: nghttp2_headers_category, isLast: Bool) {
        guard let stream = stream(id), category == NGHTTP2_HCAT_REQUEST else { return }
        if stream.pointee.refusal == nil {
            stream.pointee.heldFieldBytes = stream.pointee.fieldBytes
            fieldBytesHeld += stream.pointee.fieldBytes
        }
        // Trailer fields have the bounds for themselves, as in HTTP/1.1.
        (stream.pointee.fieldCount, stream.pointee.fieldBytes) = (0, 0)
        if stream.pointee.refusal == nil, stream.pointee.path.count > limits.requestLineBytesMax {
            refuse(stream, Refusal(.uriTooLong, "the request's target is too long"))
        }
        let expectation = stream.pointee.fields.look(for: "Expect")
        if !isLast, stream.pointee.refusal == nil, expectation.count > 0 {
            if stream.pointee.fields.withValue(expectation.value, { $0.equalsIgnoringCase("100-continue") }) {
                sendContinue(id)
            } else {
                refuse(stream, Refusal(.expectationFailed, "the only expectation met here is 100-continue"))
            }
        }
        if !isLast { answerRefused(stream) }
    }

    private func sendContinue(_ id: Int32) {
        memory.block.setContinue()
        _ = memory.block.withList { list, count in
            nghttp2_submit_headers(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, nil, list, count, nil)
        }
    }

    override func received(content: UnsafeBufferPointer<UInt8>, of id: Int32) {
        guard let stream = stream(id), !stream.pointee.isClosedForInput else {
            nghttp2_session_consume_connection(session, content.count)
            return
        }
        guard stream.pointee.body.count + content.count <= limits.bodyBytesMax else {
            nghttp2_session_consume_connection(session, content.count)
            refuse(stream, Refusal(.contentTooLarge, "the body is too large"))
            return answerRefused(stream)
        }
        stream.pointee.body.append(contentsOf: content)
        stream.pointee.unconsumed += content.count
        unfinishedBytes += content.count
    }

    override func receivedEnd(_ id: Int32) {
        guard let stream = stream(id) else { return }
        stream.pointee.isWhole = true
        giveRoom(stream)
        if stream.pointee.refusal != nil { return answerRefused(stream) }
        guard !stream.pointee.isClosedForInput else { return }
        stream.pointee.isClosedForInput = true
        do throws(Refusal) {
            let request = try stream.pointee.request(from: peer)
            stream.pointee.releaseLarge()
            delegate?.session(self, received: request, on: id)
        } catch {
            refuse(stream, error)
            answerRefused(stream)
        }
    }

    /// Lets the peer send as much content as this stream has received, which the session holds no longer.
    private func giveRoom(_ stream: Stream) {
        guard stream.pointee.unconsumed > 0 else { return }
        nghttp2_session_consume_connection(session, stream.pointee.unconsumed)
        unfinishedBytes -= stream.pointee.unconsumed
        stream.pointee.unconsumed = 0
    }

    override func content(of id: Int32, _ room: UnsafeMutableBufferPointer<UInt8>) -> (count: Int, isLast: Bool) {
        guard let stream = stream(id) else { return (0, true) }
        let given = stream.pointee.answer.take(into: room)
        answersHeldBytes -= given.count
        return given
    }

    override func sent(contentOf id: Int32, isLast: Bool) {
        guard let stream = stream(id) else { return }
        stream.pointee.progressed = now
        // The answer is complete, so the peer need not send the rest of the request (RFC 9113 §8.1).
        if isLast, !stream.pointee.isWhole { reset(id, NGHTTP2_NO_ERROR) }
    }

    override func ended(_ id: Int32, _ code: UInt32) {
        guard let stream = streams.remove(id) else { return }
        if current == stream { current = nil }
        giveRoom(stream)
        answersHeldBytes -= stream.pointee.answer.count
        releaseFields(stream)
        if stream.pointee.isAnswered, stream.pointee.refusal == nil, code == NGHTTP2_NO_ERROR.rawValue { forgiveGlitch() }
        memory.streams.giveBack(stream)
        delegate?.session(self, ended: id)
    }
}
