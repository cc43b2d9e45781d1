/// HTTP/1.1 messages into bytes (RFC 9112).
enum MessageWriter {
    /// What a response says of its connection.
    enum Persistence {
        /// Nothing: HTTP/1.1 keeps it.
        case kept
        /// HTTP/1.0 has to be told.
        case keptAndSaid
        case closed
    }

    static let continueLine = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// - Parameters:
    ///   - date: an IMF-fixdate.
    ///   - omitsBody: the answer to HEAD keeps the length and leaves out the body.
    static func append(_ response: Response, date: [UInt8], _ persistence: Persistence, omitsBody: Bool, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + 256 + response.body.count)
        if response.status == .ok {
            append("HTTP/1.1 200 OK\r\n", to: &output)
        } else {
            append("HTTP/1.1 ", to: &output)
            appendDecimal(response.status.code, to: &output)
            output.append(ASCII.space)
            output.append(contentsOf: response.status.reason.utf8)
            appendLineEnd(to: &output)
        }
        response.fields.appendLines(to: &output)
        append("Date: ", to: &output)
        output.append(contentsOf: date)
        appendLineEnd(to: &output)
        // These have no body whatever a handler says (RFC 9110 §15.3.5, §15.4.5): one would be read as the start of the next response.
        let isBodiless = response.status == .noContent || response.status == .notModified
        if !isBodiless { appendLength(response.body.count, to: &output) }
        switch persistence {
        case .kept: break
        case .keptAndSaid: append("Connection: keep-alive\r\n", to: &output)
        case .closed: append("Connection: close\r\n", to: &output)
        }
        appendLineEnd(to: &output)
        if !omitsBody, !isBodiless { output.append(contentsOf: response.body) }
    }

    static func append(_ request: ClientRequest, host: String, to output: inout [UInt8]) {
        output.append(contentsOf: request.method.rawValue.utf8)
        output.append(ASCII.space)
        output.append(contentsOf: request.target.utf8)
        append(" HTTP/1.1\r\nHost: ", to: &output)
        output.append(contentsOf: host.utf8)
        appendLineEnd(to: &output)
        request.fields.appendLines(to: &output)
        if !request.body.isEmpty || request.method == .post || request.method == .put { appendLength(request.body.count, to: &output) }
        appendLineEnd(to: &output)
        output.append(contentsOf: request.body)
    }

    private static func append(_ text: StaticString, to output: inout [UInt8]) {
        // Safety: a static string's bytes live as long as the process.
        output.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private static func appendLength(_ count: Int, to output: inout [UInt8]) {
        append("Content-Length: ", to: &output)
        appendDecimal(count, to: &output)
        appendLineEnd(to: &output)
    }

    private static func appendLineEnd(to output: inout [UInt8]) {
        output.append(ASCII.carriageReturn)
        output.append(ASCII.lineFeed)
    }

    static func appendDecimal(_ number: Int, to output: inout [UInt8]) {
        if number >= 10 { appendDecimal(number / 10, to: &output) }
        output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }
}
