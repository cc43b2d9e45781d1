/// A SIP/2.0 response.
package struct SIPResponse: Sendable, Equatable {
    /// 100...699.
    package let status: Int
    /// The reason phrase in UTF-8. It may be empty.
    package let reason: [UInt8]
    /// All header fields, in order.
    package var headers: SIPHeaders
    package var body: [UInt8]

    init(status: Int, reason: [UInt8], headers: SIPHeaders, body: [UInt8]) {
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body
    }

    /// Via, From, To, Call-ID and CSeq, parsed. It does not throw for a response that was parsed.
    package func core() throws(SIPParseError) -> SIPCoreFields { try SIPCoreFields(headers) }
}

extension SIPResponse {
    /// The response to a request: the Via, From, To, Call-ID and CSeq of the request, then `headers`.
    ///
    /// - Parameters:
    ///   - source: the address that the request came from, for `received` and `rport` of the topmost Via.
    ///   - toTag: the tag for a To that has none yet, the same in each response to one request. Nil for 100 only (RFC 3261 §8.2.6.2).
    package init(
        _ status: Int, reason: String? = nil, answering request: SIPRequestHeadFields, from source: SIPEndpoint?,
        toTag: [UInt8]?, headers: [SIPHeader] = [], body: [UInt8] = []
    ) {
        precondition(Self.statuses.contains(status), "not a status")
        let vias = Self.stamped(request.vias, source)
        let core = [
            SIPHeader(.from, request.from), SIPHeader(.to, Self.tagged(request.to, toTag)),
            SIPHeader(.callID, request.callID), SIPHeader(.cSeq, request.cSeq),
        ]
        self.init(
            status: status, reason: Array((reason ?? Self.reason(for: status)).utf8),
            headers: SIPHeaders(vias.map { SIPHeader(.via, $0) } + core + headers), body: body)
    }

    static let statuses = 100...699

    /// The Via lines with the source in the topmost one. A line that cannot be parsed is repeated as it came.
    private static func stamped(_ lines: [[UInt8]], _ source: SIPEndpoint?) -> [[UInt8]] {
        guard let source, let top = lines.first, var vias = try? SIPHeaders([SIPHeader(.via, top)]).vias(), !vias.isEmpty else { return lines }
        vias[0].stamp(source: source)
        return vias.map(\.bytes) + lines.dropFirst()
    }

    private static func tagged(_ to: [UInt8], _ tag: [UInt8]?) -> [UInt8] {
        guard let tag, let address = try? SIPHeaders([SIPHeader(.to, to)]).to(), address.tag == nil else { return to }
        return to + Array(";tag=".utf8) + tag
    }

    /// The reason phrases of RFC 3261 §21 and RFC 6665 §8.3.2 for the statuses that a registrar uses.
    private static func reason(for status: Int) -> String {
        switch status {
        case 100: "Trying"
        case 200: "OK"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 413: "Request Entity Too Large"
        case 415: "Unsupported Media Type"
        case 416: "Unsupported URI Scheme"
        case 420: "Bad Extension"
        case 423: "Interval Too Brief"
        case 480: "Temporarily Unavailable"
        case 481: "Call/Transaction Does Not Exist"
        case 482: "Loop Detected"
        case 483: "Too Many Hops"
        case 489: "Bad Event"
        case 500: "Server Internal Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Server Time-out"
        case 505: "Version Not Supported"
        case 513: "Message Too Large"
        default: ""
        }
    }
}
