/// Why bytes are not a SIP message, or a header field not what it should be.
///
/// Two errors are equal when their codes are: tests and callers decide by the code, people read the rest.
package struct SIPParseError: Error, Sendable {
    package enum Code: String, Sendable, CaseIterable {
        /// Nothing but line ends: a keep-alive, not a message.
        case empty
        case messageTooLong, headTooLong, lineTooLong
        case tooManyHeaders, tooManyValues, tooManyParameters
        /// The bytes ended before the empty line did.
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
        /// Content-Length promises more than came.
        case bodyTruncated
        case unsupportedExtension, tooManyHops
    }

    package enum Place: Sendable, Equatable {
        /// Byte offset in the message.
        case message(offset: Int)
        case startLine
        /// Byte offset in the value of the field, after unfolding.
        case header(SIPHeaderName, offset: Int)
        case uri
    }

    package let code: Code
    /// For the log: what is wrong, never the value itself (it may be an identity or a secret).
    package let reason: String
    package var place: Place
    /// What a 4xx or 5xx needs, when the message was a request and had it. Nil: stay silent.
    package var answerable: SIPRequestHeadFields?

    package init(_ code: Code, _ reason: String, at place: Place, answerable: SIPRequestHeadFields? = nil) {
        self.code = code
        self.reason = reason
        self.place = place
        self.answerable = answerable
    }

    /// The status a server answers with, when it answers (RFC 3261 §21).
    package var suggestedStatus: Int { code.suggestedStatus }
}

extension SIPParseError.Code {
    package var suggestedStatus: Int {
        switch self {
        case .unsupportedURIScheme: 416
        case .unsupportedExtension: 420
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
