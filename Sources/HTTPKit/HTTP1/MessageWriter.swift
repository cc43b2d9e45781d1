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
        output.append(contentsOf: "HTTP/1.1 ".utf8)
        appendDecimal(response.status.code, to: &output)
        output.append(ASCII.space)
        output.append(contentsOf: response.status.reason.utf8)
        appendLineEnd(to: &output)
        append(response.fields, to: &output)
        append("Date", date, to: &output)
        // These have no body whatever a handler says (RFC 9110 §15.3.5, §15.4.5): one would be read as the start of the next response.
        let isBodiless = response.status == .noContent || response.status == .notModified
        if !isBodiless { append("Content-Length", decimal: response.body.count, to: &output) }
        switch persistence {
        case .kept: break
        case .keptAndSaid: append("Connection", Array("keep-alive".utf8), to: &output)
        case .closed: append("Connection", Array("close".utf8), to: &output)
        }
        appendLineEnd(to: &output)
        if !omitsBody, !isBodiless { output.append(contentsOf: response.body) }
    }

    static func append(_ request: ClientRequest, host: String, to output: inout [UInt8]) {
        output.append(contentsOf: request.method.rawValue.utf8)
        output.append(ASCII.space)
        output.append(contentsOf: request.target.utf8)
        output.append(contentsOf: " HTTP/1.1\r\n".utf8)
        append("Host", Array(host.utf8), to: &output)
        append(request.fields, to: &output)
        if !request.body.isEmpty || request.method == .post || request.method == .put {
            append("Content-Length", decimal: request.body.count, to: &output)
        }
        appendLineEnd(to: &output)
        output.append(contentsOf: request.body)
    }

    private static func append(_ fields: Fields, to output: inout [UInt8]) {
        fields.forEach { name, value in append(name, value, to: &output) }
    }

    private static func append(_ name: String, _ value: [UInt8], to output: inout [UInt8]) {
        output.append(contentsOf: name.utf8)
        appendValue(value, to: &output)
    }

    private static func append(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>, to output: inout [UInt8]) {
        output.append(contentsOf: name)
        appendValue(value, to: &output)
    }

    private static func append(_ name: String, decimal: Int, to output: inout [UInt8]) {
        output.append(contentsOf: name.utf8)
        output.append(contentsOf: ": ".utf8)
        appendDecimal(decimal, to: &output)
        appendLineEnd(to: &output)
    }

    private static func appendValue(_ value: some Collection<UInt8>, to output: inout [UInt8]) {
        output.append(contentsOf: ": ".utf8)
        output.append(contentsOf: value)
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
