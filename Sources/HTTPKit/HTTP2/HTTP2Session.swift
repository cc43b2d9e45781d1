internal import Base
internal import CNGHTTP2

/// One side of an HTTP/2 connection (RFC 9113), without a socket: it turns bytes into events and messages into bytes.
///
/// nghttp2 does framing, HPACK, stream states and flow control. Its callbacks become the methods below, which the client's and the server's session
/// override. They are called within `receive` and `appendOutput` only.
class HTTP2Session {
    // Safety: made in init, freed in deinit, and used on the thread of the connection's loop only.
    let session: OpaquePointer
    /// The time of the present turn, which the owner sets before each call.
    var now: Instant
    private var glitches: GlitchScore
    /// Glitches in all, for the metric.
    private(set) var glitchCount = 0
    private var contentBytes = 0
    private(set) var isTerminated = false
    private(set) var peerIsLeaving = false
    /// Whether we end the connection because of what the peer has sent.
    private(set) var hasFoundFault = false
    /// Whether this side has sent the GOAWAY that names the last stream.
    private(set) var hasLeft = false
    /// When a header block began that is not complete yet. No other frame may come in between (RFC 9113 §4.3).
    private(set) var headerBlockBegan: Instant?

    var closedStreams: ClosedStreams
    private let side: Side
    private var contentFrames: ContentFrameFinder

    enum Side { case server, client }

    init(_ side: Side, limits: HTTP2Limits, now: Instant) {
        self.now = now
        self.side = side
        contentFrames = ContentFrameFinder(prefaceBytes: side == .server ? HTTP2Preface.bytes.count : 0)
        closedStreams = ClosedStreams(framesFree: side == .server ? 0 : HTTP2Limits.framesAfterCancelMax)
        glitches = GlitchScore(burst: limits.glitchesMax, perSecond: limits.glitchesPerSecond, at: now)
        var session: OpaquePointer?
        let option = HTTP2Session.option(limits, side)
        defer { nghttp2_option_del(option) }
        let status =
            side == .server
            ? nghttp2_session_server_new2(&session, HTTP2Callbacks.table, nil, option)
            : nghttp2_session_client_new2(&session, HTTP2Callbacks.table, nil, option)
        guard status == 0, let session else { preconditionFailure("nghttp2 makes a session unless there is no memory") }
        self.session = session
        // Safety: the session is freed in deinit, so the callbacks never see this object after its end.
        nghttp2_session_set_user_data(session, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { nghttp2_session_del(session) }

    private static func option(_ limits: HTTP2Limits, _ side: Side) -> OpaquePointer? {
        var option: OpaquePointer?
        nghttp2_option_new(&option)
        if side == .server { nghttp2_option_set_no_auto_window_update(option, 1) }
        // Keeps no memory for ended streams. Priorities are not used: RFC 9113 §5.3 deprecates them.
        nghttp2_option_set_no_closed_streams(option, 1)
        nghttp2_option_set_max_outbound_ack(option, limits.acknowledgementsQueuedMax)
        nghttp2_option_set_max_settings(option, limits.settingsPerFrameMax)
        nghttp2_option_set_max_continuations(option, limits.continuationsMax)
        // A second bound behind `GlitchScore`, which counts other frames as well.
        nghttp2_option_set_stream_reset_rate_limit(option, UInt64(10 * limits.glitchesMax), UInt64(10 * limits.glitchesPerSecond))
        nghttp2_option_set_max_deflate_dynamic_table_size(option, limits.dynamicTableBytesMax)
        return option
    }

    func sendSettings(_ settings: [nghttp2_settings_entry], connectionWindowBytes: Int) {
        nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count)
        nghttp2_session_set_local_window_size(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, Int32(clamping: connectionWindowBytes))
    }

    // MARK: bytes

    /// Processes bytes from the peer.
    final func receive(_ bytes: UnsafeRawBufferPointer) throws(HTTP2Failure) {
        guard !isTerminated else { return }
        var (fed, position) = (0, 0)
        while let frame = contentFrames.next(in: bytes, from: &position) {
            // Whether the stream is open is known once all that came before the frame has been read.
            try feed(UnsafeRawBufferPointer(rebasing: bytes[fed..<frame.start]))
            fed = frame.start
            if !isTerminated { judge(.content, frame.stream, length: frame.length) }
            guard !isTerminated else { return }
        }
        let extensionFrames = contentFrames.takeExtensionFrames()
        if extensionFrames > 0 {
            countGlitch(points: Double(extensionFrames))
            guard !isTerminated else { return }
        }
        try feed(UnsafeRawBufferPointer(rebasing: bytes[fed...]))
    }

    private func feed(_ bytes: UnsafeRawBufferPointer) throws(HTTP2Failure) {
        guard !bytes.isEmpty else { return }
        // Safety: raw bytes are read as bytes, and nghttp2 keeps none of them.
        let taken = nghttp2_session_mem_recv(session, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
        guard taken >= 0 else { throw HTTP2Failure(reason: HTTP2Session.text(Int32(clamping: taken))) }
    }

    /// Appends frames to be sent, until the buffer holds `countMax` bytes or more.
    final func appendOutput(to output: inout [UInt8], countMax: Int) throws(HTTP2Failure) {
        while output.count < countMax {
            var data: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(session, &data)
            guard count >= 0 else { throw HTTP2Failure(reason: HTTP2Session.text(Int32(clamping: count))) }
            guard count > 0, let data else { return }
            output.append(contentsOf: UnsafeBufferPointer(start: data, count: count))
        }
    }

    final var hasOutput: Bool { nghttp2_session_want_write(session) != 0 }
    /// Whether neither side sends anything any more.
    final var isOver: Bool { !hasOutput && nghttp2_session_want_read(session) == 0 }

    // MARK: leaving

    /// Announces the end of the connection. Streams that the peer opens meanwhile are still served (RFC 9113 §6.8).
    final func announceLeaving() { nghttp2_submit_shutdown_notice(session) }

    /// Ends the connection for new streams: names the last stream that is processed.
    final func leave() {
        hasLeft = true
        nghttp2_submit_goaway(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nghttp2_session_get_last_proc_stream_id(session), NGHTTP2_NO_ERROR.rawValue, nil, 0)
    }

    /// Ends the connection with an error once the queued frames are sent.
    final func terminate(_ code: nghttp2_error_code) {
        guard !isTerminated else { return }
        isTerminated = true
        nghttp2_session_terminate_session(session, code.rawValue)
    }

    final func reset(_ stream: Int32, _ code: nghttp2_error_code) {
        nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, code.rawValue)
    }

    final func ping() { nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil) }

    final func countGlitch(points: Double = 1) {
        glitchCount += 1
        if !glitches.add(points, at: now) { terminate(NGHTTP2_ENHANCE_YOUR_CALM) }
    }

    final func forgiveGlitch() { glitches.forgiveExchange() }

    /// Takes points off for content that was sent, because a peer that reads much has to send many window updates. A peer that has content sent byte
    /// by byte gains little (CVE-2019-9511).
    final func forgive(contentBytes count: Int) {
        contentBytes += count
        while contentBytes >= HTTP2Limits.contentBytesPerGlitch {
            contentBytes -= HTTP2Limits.contentBytesPerGlitch
            glitches.forgive(1)
        }
    }

    private static func text(_ code: Int32) -> String { String(cString: nghttp2_strerror(code)) }

    // MARK: events, for the two sides

    /// Whether the stream is one that this session knows and that is not over.
    func isOpen(_ stream: Int32) -> Bool { false }
    /// Whether the peer has sent the end of its message on the stream.
    func hasReceivedEnd(_ stream: Int32) -> Bool { false }
    /// A header block of this stream begins.
    /// - Returns: false to reset the stream.
    func began(_ stream: Int32, _ category: nghttp2_headers_category) -> Bool { true }
    /// A field has arrived. The name and the value are lent for the call.
    /// - Returns: false to reset the stream.
    func received(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>, of stream: Int32, _ category: nghttp2_headers_category) -> Bool
    { true }
    func receivedHeaders(_ stream: Int32, _ category: nghttp2_headers_category, isLast: Bool) {}
    /// The bytes are lent for the call.
    func received(content: UnsafeBufferPointer<UInt8>, of stream: Int32) {}
    func receivedEnd(_ stream: Int32) {}
    func sent(contentOf stream: Int32, isLast: Bool) {}
    func sent(resetOf stream: Int32, _ code: UInt32) {}
    func ended(_ stream: Int32, _ code: UInt32) {}
    /// Copies up to `room.count` bytes of the message on `stream`.
    func content(of stream: Int32, _ room: UnsafeMutableBufferPointer<UInt8>) -> (count: Int, isLast: Bool) { (0, true) }
}

// MARK: frames

extension HTTP2Session {
    func headersBegan(_ frame: UnsafePointer<nghttp2_frame>) -> Bool {
        headerBlockBegan = now
        return began(frame.pointee.hd.stream_id, frame.pointee.headers.cat)
    }

    /// Counts the frames that cost the peer too little (RFC 9113 §10.5), and judges the frames of streams that are over.
    func frameBegan(_ head: nghttp2_frame_hd) {
        // nghttp2 ignores the deprecated priorities without another callback (RFC 9113 §5.3.2).
        if head.type == NGHTTP2_PRIORITY.rawValue { return countGlitch() }
        let kind: ClosedStreams.FrameKind =
            switch UInt32(head.type) {
            case NGHTTP2_HEADERS.rawValue: .headers
            case NGHTTP2_CONTINUATION.rawValue: .continuation
            case NGHTTP2_WINDOW_UPDATE.rawValue: .windowUpdate
            default: .other
            }
        judge(kind, head.stream_id, length: head.length)
    }

    /// Counts a frame on a stream that is over, or ends the connection for it.
    private func judge(_ kind: ClosedStreams.FrameKind, _ stream: Int32, length: Int) {
        guard stream & 1 == 1, !isOpen(stream) else { return }
        switch closedStreams.judge(kind, stream, length: length, opens: side == .server) {
        case .fine: break
        case .useless(let points): countGlitch(points: points)
        case .closed: terminate(NGHTTP2_STREAM_CLOSED)
        case .unexpectedIdentifier: terminate(NGHTTP2_PROTOCOL_ERROR)
        }
    }

    func frameReceived(_ frame: UnsafePointer<nghttp2_frame>) {
        let head = frame.pointee.hd
        let isLast = head.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
        switch UInt32(head.type) {
        case NGHTTP2_HEADERS.rawValue:
            headerBlockBegan = nil
            receivedHeaders(head.stream_id, frame.pointee.headers.cat, isLast: isLast)
            if isLast { receivedEnd(head.stream_id) }
        case NGHTTP2_DATA.rawValue:
            if head.length == frame.pointee.data.padlen, !isLast { countGlitch() }
            if isLast { receivedEnd(head.stream_id) }
        case NGHTTP2_GOAWAY.rawValue:
            if peerIsLeaving { countGlitch() }
            peerIsLeaving = true
        case NGHTTP2_RST_STREAM.rawValue: countGlitch(points: GlitchScore.resetPoints)
        case NGHTTP2_PRIORITY.rawValue: break
        default: countGlitch()
        }
    }

    func frameSent(_ frame: UnsafePointer<nghttp2_frame>) {
        let head = frame.pointee.hd
        switch UInt32(head.type) {
        case NGHTTP2_DATA.rawValue:
            forgive(contentBytes: head.length)
            sent(contentOf: head.stream_id, isLast: head.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0)
        // Whatever the reason, a peer must not make this side send resets without a bound (CVE-2025-8671).
        case NGHTTP2_RST_STREAM.rawValue:
            if !hasReceivedEnd(head.stream_id) { closedStreams.noteReset(head.stream_id) }
            sent(resetOf: head.stream_id, frame.pointee.rst_stream.error_code)
            if frame.pointee.rst_stream.error_code != NGHTTP2_NO_ERROR.rawValue { countGlitch() }
        case NGHTTP2_GOAWAY.rawValue: if frame.pointee.goaway.error_code != NGHTTP2_NO_ERROR.rawValue { hasFoundFault = true }
        default: break
        }
    }
}
