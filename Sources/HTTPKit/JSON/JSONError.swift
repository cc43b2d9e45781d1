/// Why a JSON text was refused, and where.
///
/// Two errors are equal when their codes are. Neither `reason` nor `path` repeats a value of the text, because values may be secret.
package struct JSONError: Error, Sendable {
    package enum Code: Sendable, CaseIterable {
        // The text is not JSON (RFC 8259).
        case syntax, endOfText, trailingText, byteOrderMark, invalidUTF8, invalidEscape, loneSurrogate, controlCharacter, invalidNumber
        // The text is JSON, but not I-JSON (RFC 7493 §2.3).
        case duplicateMember
        // The text is JSON, but exceeds a bound of `JSONLimits`.
        case tooDeep, tooManyMembers, tooManyElements, nameTooLong, stringTooLong, numberTooLong
        // The text is JSON, but not what the reader's caller expects.
        case wrongType, outOfRange, missingMember, invalidValue
        // The caller read a value where there is none. This is a bug of the caller; the error keeps it from ending the process.
        case nothingToRead
    }

    package let code: Code
    /// For the log and for the sender of the text.
    package let reason: String
    /// JSON Pointer (RFC 6901) of the value at fault: "" for the whole text, "/items/0/name" for a member of an element.
    package let path: String
    /// The byte in the text, counted from 0.
    package let offset: Int
}

extension JSONError: Equatable {
    package static func == (left: JSONError, right: JSONError) -> Bool { left.code == right.code }
}

extension JSONError: CustomStringConvertible {
    package var description: String { "\(code) at '\(path)' (byte \(offset)): \(reason)" }
}
