/// Why bytes are no SIP message, or a header field is malformed.
///
/// Two errors are equal when their codes are: callers decide by the code, and people read the rest.
package struct SIPParseError: Error, Sendable {
    package enum Code: String, Sendable, CaseIterable {
        /// Only line ends: a keep-alive, no message.
        case empty
        case messageTooLong, headTooLong, lineTooLong
        case tooManyHeaders, tooManyValues, tooManyParameters
        /// The bytes end before the empty line.
        case headNotTerminated
        /// A CR or an LF that is not part of a CRLF.
        case badLineEnding
        case controlCharacter
        case badStartLine, badHeaderLine
        case unsupportedVersion
        case badURI, unsupportedURIScheme
        case missingHeader, duplicateHeader, badHeaderValue
        case missingParameter, duplicateParameter
        case numberOutOfRange
        /// CSeq names another method than the request line.
        case methodMismatch
        /// Content-Length is greater than the body that came.
        case bodyTruncated
        case tooManyHops
    }

    package enum Place: Sendable, Equatable {
        /// The offset in the message, in bytes.
        case message(offset: Int)
        case startLine
        /// The offset in the unfolded value of the field, in bytes.
        case header(SIPHeaderName, offset: Int)
        case uri
    }

    package let code: Code
    /// One line for the log. It never has the value itself, which may be an identity or a secret.
    package let reason: String
    package var place: Place
    /// The fields that a response repeats, when the message was a request and has them. Nil means that there is no response.
    package var answerable: SIPRequestHeadFields?

    package init(_ code: Code, _ reason: String, at place: Place, answerable: SIPRequestHeadFields? = nil) {
        self.code = code
        self.reason = reason
        self.place = place
        self.answerable = answerable
    }

    /// The status of the response, where there is one (RFC 3261 §21).
    package var suggestedStatus: Int { code.suggestedStatus }
}

extension SIPParseError.Code {
    package var suggestedStatus: Int {
        switch self {
        case .unsupportedURIScheme: 416
        case .tooManyHops: 483
        case .unsupportedVersion: 505
        case .messageTooLong, .headTooLong, .lineTooLong: 513
        default: 400
        }
    }
}

extension SIPParseError: Equatable {
    package static func == (left: SIPParseError, right: SIPParseError) -> Bool { left.code == right.code }
}

extension SIPParseError: CustomStringConvertible {
    package var description: String { "\(code.rawValue) at \(place): \(reason)" }
}

extension SIPParseError.Place: CustomStringConvertible {
    package var description: String {
        switch self {
        case .message(let offset): "byte \(offset)"
        case .startLine: "the start line"
        case .header(let name, let offset): "\(name), byte \(offset)"
        case .uri: "a URI"
        }
    }
}
