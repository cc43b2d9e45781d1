internal import CNGHTTP2

/// The callbacks of nghttp2, which call the methods of the session they belong to.
enum HTTP2Callbacks {
    // Safety: built once, never changed and never freed. nghttp2 copies it into each session.
    nonisolated(unsafe) static let table: OpaquePointer? = {
        var table: OpaquePointer?
        nghttp2_session_callbacks_new(&table)
        nghttp2_session_callbacks_set_on_begin_headers_callback(table) { _, frame, owner in
            guard let frame else { return failure }
            return with(owner) { $0.headersBegan(frame) ? 0 : resetsStream }
        }
        nghttp2_session_callbacks_set_on_header_callback(table) { _, frame, name, nameCount, value, valueCount, _, owner in
            guard let frame else { return failure }
            return with(owner) { session in
                let isTaken = session.received(
                    name: UnsafeBufferPointer(start: name, count: nameCount), value: UnsafeBufferPointer(start: value, count: valueCount),
                    of: frame.pointee.hd.stream_id, frame.pointee.headers.cat)
                return isTaken ? 0 : resetsStream
            }
        }
        // Without this callback, nghttp2 would leave out a malformed field and go on.
        nghttp2_session_callbacks_set_on_invalid_header_callback(table) { _, frame, _, _, _, _, _, owner in
            guard let frame else { return failure }
            return with(owner) { session in
                session.reset(frame.pointee.hd.stream_id, NGHTTP2_PROTOCOL_ERROR)
                return resetsStream
            }
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table) { _, _, stream, data, count, owner in
            return with(owner) { session in
                session.received(content: UnsafeBufferPointer(start: data, count: count), of: stream)
                return 0
            }
        }
        nghttp2_session_callbacks_set_on_begin_frame_callback(table) { _, head, owner in
            guard let head else { return failure }
            return with(owner) { session in
                session.frameBegan(head.pointee)
                return 0
            }
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(table) { _, frame, owner in
            guard let frame else { return failure }
            return with(owner) { session in
                session.frameReceived(frame)
                return 0
            }
        }
        nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(table) { _, _, _, owner in
            return with(owner) { session in
                session.countGlitch()
                return 0
            }
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(table) { _, frame, owner in
            guard let frame else { return failure }
            return with(owner) { session in
                session.frameSent(frame)
                return 0
            }
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(table) { _, stream, code, owner in
            return with(owner) { session in
                session.ended(stream, code)
                return 0
            }
        }
        return table
    }()

    /// Reads the content of the message that the session sends on a stream.
    static var contentProvider: nghttp2_data_provider {
        nghttp2_data_provider(source: nghttp2_data_source(fd: 0)) { _, stream, room, count, flags, _, owner in
            guard let flags else { return Int(HTTP2Callbacks.failure) }
            return HTTP2Callbacks.with(owner) { session in
                let given = session.content(of: stream, UnsafeMutableBufferPointer(start: room, count: count))
                if given.isLast { flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
                return given.count
            }
        }
    }

    private static var failure: Int32 { NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
    private static var resetsStream: Int32 { NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue }

    @inline(__always) private static func with<Status: FixedWidthInteger>(_ owner: UnsafeMutableRawPointer?, _ body: (HTTP2Session) -> Status)
        -> Status
    {
        guard let owner else { return Status(failure) }
        // Safety: the owner is the `HTTP2Session` that frees the nghttp2 session, which calls back only within a call of that object.
        return Unmanaged<HTTP2Session>.fromOpaque(owner)._withUnsafeGuaranteedRef { body($0) }
    }
}
