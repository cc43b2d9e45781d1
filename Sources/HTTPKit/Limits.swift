/// The bounds of HTTP/2 itself, on either side.
package struct HTTP2Limits: Sendable {
    /// Requests at once on one connection (SETTINGS_MAX_CONCURRENT_STREAMS).
    package var streamsMax = 100
    /// Content of unfinished requests on one connection.
    package var connectionWindowBytes = 1_048_576
    /// Header fields of a request that is refused; they are still decoded. The connection ends beyond.
    package var refusedFieldBytesMax = 65_536
    /// CONTINUATION frames of one header block. nghttp2 counts a frame again for each piece that it arrives in.
    package var continuationsMax = 32
    /// Entries of one SETTINGS frame.
    package var settingsPerFrameMax = 32
    /// Answers to PING and SETTINGS that wait to be sent.
    package var acknowledgementsQueuedMax = 64
    /// The table of HPACK's encoder; the decoder's is 4096 bytes (RFC 9113 §6.5.2).
    package var dynamicTableBytesMax = 4_096
    /// Content of answers that one connection holds while the peer gives no room for it. The stream of an answer beyond is reset.
    package var answersHeldBytesMax = 8_388_608
    /// An answer of this size or less is always held, because there are not more of them than streams.
    static let smallAnswerBytes = 16_384
    /// Ended streams whose memory one loop keeps for the next streams, and the largest fields, path or content that is kept with each.
    static let spareStreamsMax = 256
    static let spareBytesMax = 2_048
    /// Useless frames at once, and how many of them are forgotten in a second. The connection ends with ENHANCE_YOUR_CALM beyond.
    package var glitchesMax = 200
    package var glitchesPerSecond = 20
    /// One useless frame is forgiven for each such number of content bytes sent, because a peer that reads sends window updates.
    static let contentBytesPerGlitch = 4_096

    /// Frames that a server may still send on a stream that its client has cancelled, before each counts as useless.
    static let framesAfterCancelMax = 8

    package init() {}
}

/// The bounds of HTTP/1.1 itself, on either side.
enum HTTP1Limits {
    /// Extensions of all chunks of one message (413 beyond, RFC 9112 §7.1.1).
    static let chunkExtensionBytesMax = 4_096
    /// Empty lines before a request line (RFC 9112 §2.2); more of them are no request.
    static let emptyLinesMax: UInt8 = 2
}

/// Every bound of a server. A time says how long a peer may take.
package struct ServerLimits: Sendable {
    package var http2 = HTTP2Limits()
    /// A request line: method, target and version (414 beyond). RFC 9112 §3 asks every server for this much.
    package var requestLineBytesMax = 8_000
    /// A request line with all header fields (431 beyond).
    package var headBytesMax = 16_384
    /// Header fields of one message (431 beyond).
    package var fieldCountMax = 64
    /// A request body, without the chunked coding (413 beyond).
    package var bodyBytesMax = 65_536
    /// Bytes that are read ahead while a handler is at work. Reading pauses beyond.
    package var pipelinedBytesMax = 65_536
    /// Response bytes that wait because the client reads slowly. The connection is closed beyond.
    package var unsentBytesMax = 1_048_576
    /// Open connections in all. Further ones are closed as they come.
    package var connectionsMax = 20_000
    /// Open connections of one address without a certificate, and of one certificate.
    package var connectionsPerAddressMax = 4_096
    package var connectionsPerCertificateMax = 1_024
    /// From the start of the connection to the end of the TLS handshake.
    package var handshakeTime: Duration = .seconds(5)
    /// The age at which an HTTP/2 connection is ended with GOAWAY, so that clients connect again and spread over servers that were added meanwhile.
    package var connectionAgeMax: Duration = .seconds(3_600)
    /// The largest buffer for answers that is kept from one turn of the loop to the next.
    package var keptBufferBytesMax = 16_384
    /// Requests that are not whole or not answered and answers that are not taken, of all connections of the process: beyond, the peer that holds the
    /// most is refused first (503 with `Retry-After`, or its connection is closed).
    package var heldBytesMax = 67_108_864
    /// The part of this at which the peer that holds the most is refused; the rest is room for the others until it has given up what it holds.
    static let heldBytesSparePart = 16
    /// The memory of a connection is counted in whole steps of this size. A usual request takes less than one step, and so costs no look at the sum
    /// of all connections.
    static let heldBytesStep = 4_096
    /// The memory that an open stream of HTTP/2 takes beside its fields and content.
    static let streamBytes = 512
    /// Once the connections have held this many bytes and hold less than a quarter of their peak, the freed memory goes back to the kernel, after
    /// `returnTime`.
    static let heldBytesReturned = 4_194_304
    static let heldPartReturned = 4
    static let returnTime: Duration = .seconds(1)
    /// Requests that are handled at once on one event loop (503 with `Retry-After` beyond).
    package var inFlightPerLoopMax = 1_024
    /// From the first byte of a request to the end of its head (408 beyond).
    package var headTime: Duration = .seconds(10)
    /// From the end of the head to the end of the body (408 beyond).
    package var bodyTime: Duration = .seconds(20)
    /// Between requests on a kept-alive connection.
    package var idleTime: Duration = .seconds(60)
    /// While the client takes no byte of a response.
    package var writeStallTime: Duration = .seconds(10)
    /// After the last answer, for the client to read it and to stop sending.
    package var lingerTime: Duration = .seconds(1)
    /// While the server shuts down, for a request that may be on its way on an idle connection.
    package var drainIdleTime: Duration = .milliseconds(100)
    /// Answers to pipelined requests that are gathered before they are written.
    package var gatheredBytesMax = 65_536
    /// The backlog of a listener: connections that wait to be accepted.
    package var backlogMax: Int32 = 4_096

    package init() {}
}

/// Every bound of a client.
package struct ClientLimits: Sendable {
    /// Connections of one event loop to one origin. Further requests wait.
    package var connectionsPerOriginMax = 64
    /// Requests of one event loop that wait for a connection to one origin. Further ones fail at once.
    package var waitingPerOriginMax = 1_024
    /// A response's status line and header fields.
    package var headBytesMax = 16_384
    package var fieldCountMax = 64
    package var bodyBytesMax = 1_048_576
    /// How long an idle connection is kept. It is shorter than the time of common servers, so that the client closes first.
    package var idleTime: Duration = .seconds(30)
    /// To open a connection to one address, TLS included. The request's deadline holds as well.
    package var connectTime: Duration = .seconds(1)
    package var http2 = HTTP2Limits()
    /// HTTP/2 connections of one event loop to one origin. Another one is opened where the others have all the streams they may have.
    package var http2ConnectionsPerOriginMax = 2
    /// Content of unfinished responses on one HTTP/2 connection.
    package var connectionWindowBytes = 8_388_608
    /// Connections that one request is sent on, one after the other, where the server says that it has not processed the request.
    package var attemptsMax = 3
    /// How long an origin is left alone after a failed connection; twice as long after each further one. The longest time is short beside the
    /// deadline of a caller that tries again, so that such a caller notices that the origin is back.
    package var reconnectTime: Duration = .milliseconds(10)
    package var reconnectTimeMax: Duration = .milliseconds(100)
    /// Requests beyond one a question to one origin, in ten seconds: so many for a hundred questions of a loop, and beyond that only while all loops
    /// together have sent fewer than the fewest.
    package var retriesPerHundredQuestions = 10
    package var retriesMin = 3
    static let retryWindowSeconds = 10
    /// How long a server that refuses a request is left alone with it; twice as long after each further refusal. At least half of it is spent.
    package var retryTime: Duration = .milliseconds(10)
    /// An origin that owes an answer to a request for so long is asked after all others.
    package var silenceTime: Duration = .milliseconds(500)
    /// An origin that answers some requests and loses others counts as silent once it has lost this many. Each `answersPerLoss` answers make up for
    /// one loss.
    package var lossesMax = 2
    static let answersPerLoss = 10
    /// A request that is given up counts against the origin only if the origin had this long to answer: a caller in a hurry proves nothing.
    package var silenceTimeMin: Duration = .milliseconds(250)
    /// After which a silent origin is sent a probe; twice as long after each further one, up to the most. At least half of it is spent.
    package var probeTime: Duration = .milliseconds(500)
    package var probeTimeMax: Duration = .seconds(5)
    /// How long a probe waits for its answer.
    package var probeAnswerTime: Duration = .seconds(1)
    /// The longest `Retry-After` of a 503 that is kept to; so wrong a word is forgotten in time.
    package var heldTimeMax: Duration = .seconds(30)
    /// Bytes to be sent that are gathered before they are written.
    package var gatheredBytesMax = 65_536
    /// How long a resolved host name is used.
    package var resolutionTime: Duration = .seconds(10)
    /// Interim (1xx) responses before the final one.
    package var interimResponsesMax = 8

    package init() {}
}

extension ServerLimits {
    /// Every bound by its name, in bytes, counts or seconds, for the log at the start and for the metrics.
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
