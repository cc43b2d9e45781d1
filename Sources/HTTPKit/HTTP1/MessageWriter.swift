/// Writes messages of HTTP/1.1 (RFC 9112).
enum MessageWriter {
    /// What a response says about its connection.
    enum Persistence {
        /// Nothing, because HTTP/1.1 keeps a connection by default.
        case kept
        /// `Connection: keep-alive`, which HTTP/1.0 needs.
        case keptAndSaid
        case closed
    }

    static let continueLine = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// - Parameters:
    ///   - date: an IMF-fixdate.
    ///   - omitsBody: leaves out the body and keeps `Content-Length`, for the answer to HEAD.
    static func append(_ response: Response, date: [UInt8], _ persistence: Persistence, omitsBody: Bool, to output: inout [UInt8]) {
        // A body of 204 or 304 would be read as the start of the next response (RFC 9110 §15.3.5, §15.4.5), so a handler's body is dropped.
        let isBodiless = response.status == .noContent || response.status == .notModified
        let fields = response.fields.lines
        output.append(countMax: framingBytesMax + fields.count + date.count + response.body.count) { output in
            appendStatusLine(response.status, to: &output)
            output.append(fields)
            output.append("Date: ")
            output.append(date)
            if !isBodiless {
                output.append("\r\nContent-Length: ")
                output.append(decimal: response.body.count)
            }
            switch persistence {
            case .kept: output.append("\r\n\r\n")
            case .keptAndSaid: output.append("\r\nConnection: keep-alive\r\n\r\n")
            case .closed: output.append("\r\nConnection: close\r\n\r\n")
            }
            if !omitsBody, !isBodiless { output.append(response.body) }
        }
    }

    /// The most that a response needs besides its fields, its date and its body, with the longest reason and the longest numbers.
    private static let framingBytesMax = 192

    @inline(__always) private static func appendStatusLine(_ status: Status, to output: inout ByteWriter) {
        if status == .ok { return output.append("HTTP/1.1 200 OK\r\n") }
        output.append("HTTP/1.1 ")
        output.append(decimal: status.code)
        output.append(" ")
        output.append(Array(status.reason.utf8))
        output.append("\r\n")
    }

    static func append(_ request: ClientRequest, host: String, to output: inout [UInt8]) {
        output.append(contentsOf: request.method.rawValue.utf8)
        output.append(" ")
        output.append(contentsOf: request.target)
        output.append(" HTTP/1.1\r\nHost: ")
        output.append(contentsOf: host.utf8)
        output.append("\r\n")
        output.append(contentsOf: request.fields.lines)
        if !request.body.isEmpty || request.method == .post || request.method == .put {
            output.append("Content-Length: ")
            appendDecimal(request.body.count, to: &output)
            output.append("\r\n")
        }
        output.append("\r\n")
        output.append(contentsOf: request.body)
    }

    static func appendDecimal(_ number: Int, to output: inout [UInt8]) {
        if number >= 10 { appendDecimal(number / 10, to: &output) }
        output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }
}
