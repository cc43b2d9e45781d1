internal import Base
internal import CNGHTTP2

/// One end of an HTTP/2 connection (RFC 9113) without its socket: bytes in, events out; messages in, bytes out.
///
/// Framing, HPACK, stream states and flow control are nghttp2's. What it tells is turned into the few overridable methods below, which
/// the two sides give their meaning; they are called within `receive` and `appendOutput` only.
class HTTP2Session {
    // Safety: made in init, freed in deinit, used on the thread of the connection's loop only.
    let session: OpaquePointer
    /// The time of the present turn; whoever owns the session sets it before each call.
    var now: Instant
    private var glitches: GlitchScore
    /// Glitches in all, for the metric.
    private(set) var glitchCount = 0
    private var contentBytes = 0
    private(set) var isTerminated = false
    private(set) var peerIsLeaving = false
    /// Whether we end the connection because of what the peer has sent.
    private(set) var hasFoundFault = false
    /// Whether we have said which stream was the last.
    private(set) var hasLeft = false
    /// Since when a header block is incomplete: nothing else may come in between (RFC 9113 §4.3).
    private(set) var headerBlockBegan: Instant?

    enum Side { case server, client }

    init(_ side: Side, limits: HTTP2Limits, now: Instant) {
        self.now = now
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
        // No memory for streams that are over, no priorities: RFC 9113 §5.3 takes the old ones back.
        nghttp2_option_set_no_closed_streams(option, 1)
        nghttp2_option_set_max_outbound_ack(option, limits.acknowledgementsQueuedMax)
        nghttp2_option_set_max_settings(option, limits.settingsPerFrameMax)
        nghttp2_option_set_max_continuations(option, limits.continuationsMax)
        // A second line behind our own score, which knows what else the peer does.
        nghttp2_option_set_stream_reset_rate_limit(option, UInt64(10 * limits.glitchesMax), UInt64(10 * limits.glitchesPerSecond))
        nghttp2_option_set_max_deflate_dynamic_table_size(option, limits.dynamicTableBytesMax)
        return option
    }

    func sendSettings(_ settings: [nghttp2_settings_entry], connectionWindowBytes: Int) {
        nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count)
        nghttp2_session_set_local_window_size(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, Int32(clamping: connectionWindowBytes))
    }

    // MARK: bytes

    /// Takes what the peer has sent.
    final func receive(_ bytes: UnsafeRawBufferPointer) throws(HTTP2Failure) {
        guard !isTerminated else { return }
        // Safety: raw bytes are read as bytes, and nghttp2 keeps none of them.
        let taken = nghttp2_session_mem_recv(session, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
        guard taken >= 0 else { throw HTTP2Failure(reason: HTTP2Session.text(Int32(clamping: taken))) }
    }

    /// Appends frames that are due, until the buffer holds `countMax` bytes or more.
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
    /// Neither side has anything to say any more.
    final var isOver: Bool { !hasOutput && nghttp2_session_want_read(session) == 0 }

    // MARK: leaving

    /// Says that the end is near; streams the peer opens meanwhile are served (RFC 9113 §6.8).
    final func announceLeaving() { nghttp2_submit_shutdown_notice(session) }

    /// Says which stream was the last: later ones were not looked at.
    final func leave() {
        hasLeft = true
        nghttp2_submit_goaway(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nghttp2_session_get_last_proc_stream_id(session), NGHTTP2_NO_ERROR.rawValue, nil, 0)
    }

    /// Ends the connection once what is queued has gone.
    final func terminate(_ code: nghttp2_error_code) {
        guard !isTerminated else { return }
        isTerminated = true
        nghttp2_session_terminate_session(session, code.rawValue)
    }

    final func reset(_ stream: Int32, _ code: nghttp2_error_code) {
        nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, code.rawValue)
    }

    final func countGlitch(points: Double = 1) {
        glitchCount += 1
        if !glitches.add(points, at: now) { terminate(NGHTTP2_ENHANCE_YOUR_CALM) }
    }

    final func forgiveGlitch() { glitches.forgiveExchange() }

    /// Who reads much has to give much new room; who has it sent byte by byte is forgiven little (CVE-2019-9511).
    final func forgive(contentBytes count: Int) {
        contentBytes += count
        while contentBytes >= HTTP2Limits.contentBytesPerGlitch {
            contentBytes -= HTTP2Limits.contentBytesPerGlitch
            glitches.forgive(1)
        }
    }

    private static func text(_ code: Int32) -> String { String(cString: nghttp2_strerror(code)) }

    // MARK: events, for the two sides

    /// A header block of this stream begins. Returns false to have the stream reset.
    func began(_ stream: Int32, _ category: nghttp2_headers_category) -> Bool { true }
    /// The name and the value are lent for the call. Returns false to have the stream reset.
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

    /// The old priorities are left out by nghttp2 without a further word of them (RFC 9113 §5.3.2).
    func frameBegan(_ kind: UInt8) {
        if kind == NGHTTP2_PRIORITY.rawValue { countGlitch() }
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
        case NGHTTP2_GOAWAY.rawValue: peerIsLeaving = true
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
        // Whatever made us say no, a peer cannot make us say it without end (CVE-2025-8671).
        case NGHTTP2_RST_STREAM.rawValue:
            sent(resetOf: head.stream_id, frame.pointee.rst_stream.error_code)
            if frame.pointee.rst_stream.error_code != NGHTTP2_NO_ERROR.rawValue { countGlitch() }
        case NGHTTP2_GOAWAY.rawValue: if frame.pointee.goaway.error_code != NGHTTP2_NO_ERROR.rawValue { hasFoundFault = true }
        default: break
        }
    }
}
