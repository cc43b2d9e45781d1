/// The bounds of HTTP/2 itself, on either side.
package struct HTTP2Limits: Sendable {
    /// Requests at once on one connection (SETTINGS_MAX_CONCURRENT_STREAMS).
    package var streamsMax = 100
    /// Content of unfinished requests on one connection.
    package var connectionWindowBytes = 1_048_576
    /// Header fields of a request that is refused are decoded up to here; the connection ends beyond.
    package var refusedFieldBytesMax = 65_536
    /// CONTINUATION frames of one header block; nghttp2 counts one anew where it comes in pieces.
    package var continuationsMax = 32
    /// Entries of one SETTINGS frame.
    package var settingsPerFrameMax = 32
    /// Answers to PING and SETTINGS that wait to be sent.
    package var acknowledgementsQueuedMax = 64
    /// The table of HPACK's encoder; the decoder's is 4096 bytes (RFC 9113 §6.5.2).
    package var dynamicTableBytesMax = 4_096
    /// Content of a server's answers that waits for the peer to give room, on one connection; an answer that would go beyond is taken back.
    package var answersHeldBytesMax = 8_388_608
    /// An answer no larger than this is held whatever else is: there are no more of them than streams.
    static let smallAnswerBytes = 16_384
    /// Streams that are over and kept, on one loop, for the next ones; and how large a request's fields or content may be to be kept with them.
    static let spareStreamsMax = 256
    static let spareBytesMax = 2_048
    /// Useless frames at once, and how many are forgotten in a second; the connection ends with ENHANCE_YOUR_CALM beyond.
    package var glitchesMax = 200
    package var glitchesPerSecond = 20
    /// So much content sent takes one useless frame off: a peer gives room for what it reads.
    static let contentBytesPerGlitch = 4_096

    package init() {}
}

/// The bounds of HTTP/1.1 itself, on either side.
enum HTTP1Limits {
    /// Extensions of all chunks of one message (413 beyond, RFC 9112 §7.1.1).
    static let chunkExtensionBytesMax = 4_096
    /// Empty lines before a request line (RFC 9112 §2.2); more of them are no request.
    static let emptyLinesMax: UInt8 = 2
}

/// Every bound of a server. Bytes and counts end in `Max`; times are how long a peer may take.
package struct ServerLimits: Sendable {
    package var http2 = HTTP2Limits()
    /// Method, target and version in one line (414 beyond); what RFC 9112 §3 asks of every server.
    package var requestLineBytesMax = 8_000
    /// Request line and all header fields (431 beyond).
    package var headBytesMax = 16_384
    /// Header fields of one message (431 beyond).
    package var fieldCountMax = 64
    /// A request body after dechunking (413 beyond).
    package var bodyBytesMax = 65_536
    /// Bytes read ahead while a handler is still at work; reading pauses beyond.
    package var pipelinedBytesMax = 65_536
    /// Response bytes a slow reader may leave unsent; the connection is closed beyond.
    package var unsentBytesMax = 1_048_576
    /// Open connections, in all; the next are closed as they come.
    package var connectionsMax = 20_000
    /// Open connections of one address whose user has shown no certificate, and of one certificate.
    package var connectionsPerAddressMax = 4_096
    package var connectionsPerCertificateMax = 1_024
    /// From the connection to the end of the TLS handshake.
    package var handshakeTime: Duration = .seconds(5)
    /// After which an HTTP/2 connection is asked to be opened anew, so that peers spread over what has been added meanwhile.
    package var connectionAgeMax: Duration = .seconds(3_600)
    /// A connection's buffer for answers is kept from turn to turn up to here.
    package var keptBufferBytesMax = 16_384
    /// Requests that are not whole or not answered and answers that are not taken, of all connections of the process: beyond, the peer that holds the
    /// most is refused first (503 with `Retry-After`, or its connection is closed).
    package var heldBytesMax = 67_108_864
    /// A connection that holds less is not counted, so that a usual request costs no look at what all together hold.
    static let heldBytesIgnored = 1_024
    /// Requests being handled on one event loop (503 with `Retry-After` beyond).
    package var inFlightPerLoopMax = 1_024
    /// From the first byte of a request to the end of its head (408 beyond).
    package var headTime: Duration = .seconds(10)
    /// From the end of the head to the end of the body (408 beyond).
    package var bodyTime: Duration = .seconds(20)
    /// Between requests on a kept-alive connection.
    package var idleTime: Duration = .seconds(60)
    /// Without a byte of a response being taken.
    package var writeStallTime: Duration = .seconds(10)
    /// After the last answer, for the peer to read it and to stop sending.
    package var lingerTime: Duration = .seconds(1)
    /// When draining, for a request that is already on its way on an idle connection.
    package var drainIdleTime: Duration = .milliseconds(100)
    /// Answers to pipelined requests are gathered up to here before they are written.
    package var gatheredBytesMax = 65_536
    /// A `listen` backlog.
    package var backlogMax: Int32 = 4_096

    package init() {}
}

/// Every bound of a client.
package struct ClientLimits: Sendable {
    /// Connections of one event loop to one origin; further requests wait.
    package var connectionsPerOriginMax = 64
    /// Requests of one event loop waiting for a connection to one origin; the next fail at once.
    package var waitingPerOriginMax = 1_024
    /// A response's status line and header fields.
    package var headBytesMax = 16_384
    package var fieldCountMax = 64
    package var bodyBytesMax = 1_048_576
    /// How long a connection is kept for the next request: shorter than any server's, so that it is we who close.
    package var idleTime: Duration = .seconds(30)
    /// To open a connection to one address, with TLS; the request's own deadline also holds.
    package var connectTime: Duration = .seconds(1)
    package var http2 = HTTP2Limits()
    /// HTTP/2 connections of one event loop to one origin: a second one where the first has all the streams it may have.
    package var http2ConnectionsPerOriginMax = 2
    /// Content of unfinished responses on one HTTP/2 connection.
    package var connectionWindowBytes = 8_388_608
    /// Connections that one request is given to, one after the other, where the server says that it has not looked at it.
    package var attemptsMax = 3
    /// How long an origin is left alone after a failed connection; twice as long after each further one. The most is little beside what
    /// a caller waits who tries again, or nobody would notice in time that the origin is back.
    package var reconnectTime: Duration = .milliseconds(10)
    package var reconnectTimeMax: Duration = .milliseconds(100)
    /// Requests beyond one a question to one origin, of one loop and in ten seconds: so many for a hundred questions, or the fewest where hardly
    /// anybody asks.
    package var retriesPerHundredQuestions = 10
    package var retriesMin = 3
    static let retryWindowSeconds = 10
    /// How long a server that refuses a request is left alone with it; twice as long after each further refusal. At least half of it is spent.
    package var retryTime: Duration = .milliseconds(10)
    /// An origin that answers nothing of what it was sent so long ago is asked after all others.
    package var silenceTime: Duration = .milliseconds(500)
    /// A request that is given up counts against the origin only if the origin had this long to answer: a caller in a hurry proves nothing.
    package var silenceTimeMin: Duration = .milliseconds(250)
    /// After which a silent origin is sent a probe; twice as long after each further one, up to the most. At least half of it is spent.
    package var probeTime: Duration = .milliseconds(500)
    package var probeTimeMax: Duration = .seconds(5)
    /// How long a probe waits for its answer.
    package var probeAnswerTime: Duration = .seconds(1)
    /// The longest `Retry-After` of a 503 that is kept to; so wrong a word is forgotten in time.
    package var heldTimeMax: Duration = .seconds(30)
    /// What is to be sent is gathered up to here before it is written.
    package var gatheredBytesMax = 65_536
    /// How long a resolved host name is used.
    package var resolutionTime: Duration = .seconds(10)
    /// Interim (1xx) responses before the final one.
    package var interimResponsesMax = 8

    package init() {}
}

extension ServerLimits {
    /// Every bound by its name, in bytes, counts or seconds: for the log at the start and for the metrics.
    package var byName: [(name: String, value: Double)] {
        [
            ("request_line_bytes", Double(requestLineBytesMax)), ("head_bytes", Double(headBytesMax)), ("field_count", Double(fieldCountMax)),
            ("body_bytes", Double(bodyBytesMax)), ("pipelined_bytes", Double(pipelinedBytesMax)), ("unsent_bytes", Double(unsentBytesMax)),
            ("gathered_bytes", Double(gatheredBytesMax)), ("connections", Double(connectionsMax)),
            ("connections_per_address", Double(connectionsPerAddressMax)), ("connections_per_certificate", Double(connectionsPerCertificateMax)),
            ("in_flight_per_loop", Double(inFlightPerLoopMax)), ("held_bytes", Double(heldBytesMax)), ("backlog", Double(backlogMax)),
            ("streams", Double(http2.streamsMax)),
            ("connection_window_bytes", Double(http2.connectionWindowBytes)), ("refused_field_bytes", Double(http2.refusedFieldBytesMax)),
            ("continuations", Double(http2.continuationsMax)), ("settings_per_frame", Double(http2.settingsPerFrameMax)),
            ("answers_held_bytes", Double(http2.answersHeldBytesMax)),
            ("acknowledgements_queued", Double(http2.acknowledgementsQueuedMax)), ("glitches", Double(http2.glitchesMax)),
            ("glitches_per_second", Double(http2.glitchesPerSecond)), ("handshake_seconds", handshakeTime / .seconds(1)),
            ("head_seconds", headTime / .seconds(1)), ("body_seconds", bodyTime / .seconds(1)), ("idle_seconds", idleTime / .seconds(1)),
            ("write_stall_seconds", writeStallTime / .seconds(1)), ("linger_seconds", lingerTime / .seconds(1)),
            ("connection_age_seconds", connectionAgeMax / .seconds(1)), ("drain_idle_seconds", drainIdleTime / .seconds(1)),
        ]
    }
}
