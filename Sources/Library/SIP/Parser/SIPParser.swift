internal import Base

/// Parses the bytes of a message. The outcome is a message or an error; there is no state.
package enum SIPParser {
    /// Parses the message of one UDP datagram, or one message that `SIPStreamFramer` has found in a stream.
    ///
    /// Line ends before the start line are skipped (RFC 3261 §7.5). The body ends with the datagram or, where there is a
    /// Content-Length, at that length: bytes after it are dropped (§18.3).
    ///
    /// - Throws: the first fault. Its `answerable` is set when the message was a request that can be answered.
    package static func parse(datagram: [UInt8], limits: SIPLimits = .standard) throws(SIPParseError) -> SIPMessage {
        var bytes = datagram[...]
        while bytes.starts(with: [ASCII.carriageReturn, ASCII.lineFeed]) { bytes = bytes.dropFirst(2) }
        guard !bytes.isEmpty else { throw SIPParseError(.empty, "no message", at: .message(offset: 0)) }
        let head = SIPHead(bytes, limits: limits)
        do {
            return try parse(head, bytes, limits)
        } catch {
            var error = error
            error.answerable = head.answerable
            throw error
        }
    }

    private static func parse(_ head: SIPHead, _ bytes: ArraySlice<UInt8>, _ limits: SIPLimits) throws(SIPParseError) -> SIPMessage {
        guard bytes.count <= limits.messageBytesMax else {
            throw SIPParseError(.messageTooLong, "longer than \(limits.messageBytesMax) bytes", at: .message(offset: limits.messageBytesMax))
        }
        if let fault = head.fault { throw fault }
        let start = try StartLine(head.startLine, limits)
        let core = try SIPCoreFields(head.headers)
        let body = try body(of: head, bytes)
        switch start {
        case .request(let method, let uri):
            guard core.cSeq.method == method else {
                throw SIPParseError(.methodMismatch, "CSeq is for another method", at: .header(.cSeq, offset: 0))
            }
            return .request(SIPRequest(method: method, requestURI: uri, core: core, headers: head.headers, body: body))
        case .response(let status, let reason):
            return .response(SIPResponse(status: status, reason: reason, headers: head.headers, body: body))
        }
    }

    private static func body(of head: SIPHead, _ bytes: ArraySlice<UInt8>) throws(SIPParseError) -> [UInt8] {
        let rest = bytes[head.bodyStart...]
        guard let length = try head.headers.contentLength() else { return Array(rest) }
        guard length <= rest.count else {
            throw SIPParseError(.bodyTruncated, "\(length) bytes promised, \(rest.count) there", at: .header(.contentLength, offset: 0))
        }
        return Array(rest.prefix(length))
    }
}

/// The first line of a message (RFC 3261 §7.1 and §7.2), with single spaces and no blanks at either end.
private enum StartLine {
    case request(SIPMethod, SIPURI)
    case response(Int, [UInt8])

    init(_ line: ArraySlice<UInt8>, _ limits: SIPLimits) throws(SIPParseError) {
        let parts = line.split(separator: ASCII.space, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw Self.bad(.badStartLine, "not three parts") }
        if parts[0].prefix(4).equalsIgnoringCase("SIP/") {
            self = try Self.statusLine(version: parts[0], status: parts[1], reason: parts[2])
        } else {
            self = try Self.requestLine(method: parts[0], uri: parts[1], version: parts[2], limits)
        }
    }

    private static func bad(_ code: SIPParseError.Code, _ reason: String) -> SIPParseError { SIPParseError(code, reason, at: .startLine) }

    private static func requestLine(
        method: ArraySlice<UInt8>, uri: ArraySlice<UInt8>, version: ArraySlice<UInt8>, _ limits: SIPLimits
    ) throws(SIPParseError) -> StartLine {
        guard let method = SIPMethod(method) else { throw bad(.badStartLine, "the method is not a token") }
        try check(version)
        let requestURI: SIPURI
        do { requestURI = try SIPURI(uri, limits: limits) } catch { throw bad(error.code, error.reason) }
        guard requestURI.isSIP || requestURI.scheme == .tel else { throw bad(.unsupportedURIScheme, "neither sip, sips nor tel") }
        // §19.1.1 table 1: header components may not stand in a Request-URI.
        guard requestURI.headers.isEmpty else { throw bad(.badURI, "a Request-URI has no headers") }
        return .request(method, requestURI)
    }

    private static func statusLine(version: ArraySlice<UInt8>, status: ArraySlice<UInt8>, reason: ArraySlice<UInt8>) throws(SIPParseError)
        -> StartLine
    {
        try check(version)
        guard status.count == 3, let number = status.decimal(cappedAbove: 999), let value = Int(exactly: number), SIPResponse.statuses.contains(value)
        else {
            throw bad(.badStartLine, "the status is not one of 100...699")
        }
        return .response(value, Array(reason))
    }

    /// Reads `SIP/2.0`, in either case. Another version gets an error of its own (§21.5.7).
    private static func check(_ version: ArraySlice<UInt8>) throws(SIPParseError) {
        if version.equalsIgnoringCase("SIP/2.0") { return }
        let numbers = version.dropFirst(4).split(separator: ASCII.dot, omittingEmptySubsequences: false)
        let isVersion =
            version.prefix(4).equalsIgnoringCase("SIP/") && numbers.count == 2
            && numbers.allSatisfy { !$0.isEmpty && $0.allSatisfy(ASCII.isDigit) }
        throw isVersion ? bad(.unsupportedVersion, "not version 2.0") : bad(.badStartLine, "does not end in a SIP version")
    }
}
