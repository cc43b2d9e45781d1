internal import Base

/// Why a message cannot be written. It is always the fault of the program.
package struct SIPWriteError: Error, Sendable, Equatable {
    package enum Code: String, Sendable {
        /// A value has a line end or another control character.
        case controlCharacter
        /// The Request-URI is empty or has a blank.
        case badURI
    }

    package let code: Code
    /// The header field; nil for the start line.
    package let header: SIPHeaderName?

    package init(code: Code, header: SIPHeaderName?) {
        self.code = code
        self.header = header
    }
}

/// Writes messages as bytes.
///
/// It writes exactly one Content-Length, that of the body. It refuses values that would begin another line.
package enum SIPWriter {
    package static func bytes(of request: SIPRequest) throws(SIPWriteError) -> [UInt8] {
        guard !request.requestURI.text.isEmpty, request.requestURI.text.allSatisfy(ASCII.isVisible) else {
            throw SIPWriteError(code: .badURI, header: nil)
        }
        let startLine = request.method.bytes + [ASCII.space] + request.requestURI.text + Array(" SIP/2.0".utf8)
        return try bytes(startLine, request.headers, request.body)
    }

    package static func bytes(of response: SIPResponse) throws(SIPWriteError) -> [UInt8] {
        guard response.reason.isFieldText else { throw SIPWriteError(code: .controlCharacter, header: nil) }
        let startLine = Array("SIP/2.0 \(response.status) ".utf8) + response.reason
        return try bytes(startLine, response.headers, response.body)
    }

    package static func bytes(of message: SIPMessage) throws(SIPWriteError) -> [UInt8] {
        switch message {
        case .request(let request): try bytes(of: request)
        case .response(let response): try bytes(of: response)
        }
    }

    private static func bytes(_ startLine: [UInt8], _ headers: SIPHeaders, _ body: [UInt8]) throws(SIPWriteError) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(startLine.count + body.count + 64 * headers.fields.count)
        text += startLine
        text += lineEnd
        for field in headers.fields where field.name != .contentLength { try write(field, to: &text) }
        try write(SIPHeader(.contentLength, String(body.count)), to: &text)
        text += lineEnd
        return text + body
    }

    private static func write(_ field: SIPHeader, to text: inout [UInt8]) throws(SIPWriteError) {
        guard field.value.isFieldText else { throw SIPWriteError(code: .controlCharacter, header: field.name) }
        text += field.name.spelling
        text.append(ASCII.colon)
        text.append(ASCII.space)
        text += field.value
        text += lineEnd
    }

    private static let lineEnd = [ASCII.carriageReturn, ASCII.lineFeed]
}
