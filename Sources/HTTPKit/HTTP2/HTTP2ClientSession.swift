internal import Base
internal import CNGHTTP2

/// The client's side of an HTTP/2 connection: it sends requests and receives responses.
final class HTTP2ClientSession: HTTP2Session {
    enum Loss {
        /// The server says that it has not processed the request, which may be sent again (RFC 9113 §8.7).
        case notProcessed
        case invalid(String)
        case ended(String)
    }

    // Safety: the delegate owns the session and lives at least as long. A weak reference would slow down every retain and release of the delegate.
    unowned(unsafe) var delegate: (any HTTP2ClientSessionDelegate)?
    private let limits: ClientLimits
    private typealias Stream = UnsafeMutablePointer<HTTP2ClientStream>
    private var streams = StreamTable<Stream>()
    /// The stream of the last event, because the events of a stream come in a row.
    private var current: Stream?
    private let pool = StreamPool<HTTP2ClientStream>()
    private let block = HeaderBlock()

    init(limits: ClientLimits, now: Instant) {
        self.limits = limits
        super.init(.client, limits: limits.http2, now: now)
        sendSettings(
            [
                nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_ENABLE_PUSH.rawValue), value: 0),
                nghttp2_settings_entry(
                    settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue), value: UInt32(clamping: limits.bodyBytesMax)),
                nghttp2_settings_entry(
                    settings_id: Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue), value: UInt32(clamping: limits.headBytesMax)),
                nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES.rawValue), value: 1),
            ], connectionWindowBytes: limits.connectionWindowBytes)
    }

    deinit { for stream in streams.all { pool.giveBack(stream) } }

    /// How many requests may be under way at once.
    var streamsMax: Int {
        guard !peerIsLeaving, !isTerminated, nghttp2_session_check_request_allowed(session) != 0 else { return 0 }
        return min(limits.http2.streamsMax, Int(nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)))
    }

    /// - Returns: the stream, or nil where the connection takes no more requests.
    func send(_ request: ClientRequest, host: String, scheme: StaticString) -> Int32? {
        let hasContent = !request.body.isEmpty
        let saysLength = hasContent || request.method == .post || request.method == .put
        block.set(request, host: host, scheme: scheme, contentLength: saysLength ? request.body.count : nil)
        let id = block.withList { list, count in
            withUnsafePointer(to: HTTP2Callbacks.contentProvider) { nghttp2_submit_request(session, nil, list, count, hasContent ? $0 : nil, nil) }
        }
        guard id > 0 else { return nil }
        let stream = pool.take()
        stream.pointee.begin(id, request)
        streams.add(stream, id)
        closedStreams.noteOpened(id)
        return id
    }

    /// Whether the header fields of a request have been given out to be sent.
    func hasWritten(_ id: Int32) -> Bool { nghttp2_session_find_stream(session, id) != nil }

    func cancel(_ id: Int32) {
        streams[id]?.pointee.isDone = true
        reset(id, NGHTTP2_CANCEL)
    }

    // MARK: events

    private func stream(_ id: Int32) -> Stream? {
        if let current, current.pointee.id == id { return current }
        current = streams[id]
        return current
    }

    override func isOpen(_ id: Int32) -> Bool { stream(id) != nil }

    override func hasReceivedEnd(_ id: Int32) -> Bool { stream(id)?.pointee.hasEnded ?? false }

    override func received(
        name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>, of id: Int32, _ category: nghttp2_headers_category
    ) -> Bool {
        guard let stream = stream(id), !stream.pointee.isDone else { return true }
        stream.pointee.fieldCount += 1
        stream.pointee.fieldBytes += name.count + value.count + 32
        guard stream.pointee.fieldCount <= limits.fieldCountMax + 1, stream.pointee.fieldBytes <= limits.headBytesMax else {
            stream.pointee.loss = .invalid("the header fields are too large")
            return false
        }
        // Trailer fields are checked and dropped.
        guard !stream.pointee.hasWholeHead else { return true }
        if name.first == UInt8(ascii: ":") {
            guard let status = BodyFraming.decimal(ByteView(value), digitsMax: 3), 100..<600 ~= status else {
                stream.pointee.loss = .invalid("the status is malformed")
                return false
            }
            stream.pointee.status = status
        } else {
            stream.pointee.fields.append(checkedName: ByteView(name), value: ByteView(value))
        }
        return true
    }

    override func receivedHeaders(_ id: Int32, _ category: nghttp2_headers_category, isLast: Bool) {
        guard let stream = stream(id) else { return }
        // Each head has the bounds for itself, as in HTTP/1.1: interim ones, the final one and the trailer fields.
        (stream.pointee.fieldCount, stream.pointee.fieldBytes) = (0, 0)
        guard 100..<200 ~= stream.pointee.status else {
            stream.pointee.hasWholeHead = true
            return
        }
        stream.pointee.interimResponses += 1
        stream.pointee.fields = Fields()
        guard stream.pointee.interimResponses <= limits.interimResponsesMax else {
            stream.pointee.loss = .invalid("an interim response too many")
            return reset(id, NGHTTP2_ENHANCE_YOUR_CALM)
        }
    }

    override func received(content: UnsafeBufferPointer<UInt8>, of id: Int32) {
        guard let stream = stream(id), !stream.pointee.isDone, stream.pointee.loss == nil else { return }
        guard stream.pointee.body.count + content.count <= limits.bodyBytesMax else {
            stream.pointee.loss = .invalid("the response is too large")
            return reset(id, NGHTTP2_CANCEL)
        }
        stream.pointee.body.append(contentsOf: content)
    }

    override func receivedEnd(_ id: Int32) {
        stream(id)?.pointee.hasEnded = true
        guard let stream = stream(id), !stream.pointee.isDone, stream.pointee.loss == nil, stream.pointee.status >= 200 else { return }
        guard stream.pointee.body.isEmpty || stream.pointee.fields.arePlain else {
            stream.pointee.loss = .invalid("the content has a coding that was not asked for")
            return reset(id, NGHTTP2_CANCEL)
        }
        stream.pointee.isDone = true
        forgiveGlitch()
        delegate?.session(self, received: Response(Status(stream.pointee.status), fields: stream.pointee.fields, body: stream.pointee.body), on: id)
    }

    override func content(of id: Int32, _ room: UnsafeMutableBufferPointer<UInt8>) -> (count: Int, isLast: Bool) {
        guard let stream = stream(id) else { return (0, true) }
        return stream.pointee.request.take(into: room)
    }

    /// nghttp2 takes back a stream whose response breaks the rules (RFC 9113 §8.1.1).
    override func sent(resetOf id: Int32, _ code: UInt32) {
        guard let stream = stream(id), !stream.pointee.isDone, stream.pointee.loss == nil else { return }
        stream.pointee.loss = .invalid("the response is malformed")
    }

    override func ended(_ id: Int32, _ code: UInt32) {
        guard let stream = streams.remove(id) else { return }
        if current == stream { current = nil }
        defer { pool.giveBack(stream) }
        guard !stream.pointee.isDone else { return }
        let loss: Loss =
            stream.pointee.loss ?? (code == NGHTTP2_REFUSED_STREAM.rawValue ? .notProcessed : .ended("the server reset the stream, code \(code)"))
        delegate?.session(self, lost: id, loss)
    }
}
