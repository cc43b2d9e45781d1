/// Why a JSON text was refused, and where.
///
/// Two errors are equal when their codes are. Neither `reason` nor `path` ever repeats a value of the text: values may be secret.
package struct JSONError: Error, Sendable {
    package enum Code: Sendable, CaseIterable {
        // The text is no JSON (RFC 8259).
        case syntax, endOfText, trailingText, byteOrderMark, invalidUTF8, invalidEscape, loneSurrogate, controlCharacter, invalidNumber
        // It is, but not I-JSON (RFC 7493 §2.3).
        case duplicateMember
        // It is, but costs more than `JSONLimits` allow.
        case tooDeep, tooManyMembers, tooManyElements, nameTooLong, stringTooLong, numberTooLong
        // It is, but not what the reader's caller needs.
        case wrongType, outOfRange, missingMember, invalidValue
        // The caller read a value where there was none: our bug, answered rather than trapped.
        case nothingToRead
    }

    package let code: Code
    /// For the log and for `invalidParams`.
    package let reason: String
    /// JSON Pointer (RFC 6901) of the value at fault: "" is the whole text, "/3gAkaAvs/0/rand" a member of an element.
    package let path: String
    /// Byte offset into the text.
    package let offset: Int
}

extension JSONError: Equatable {
    package static func == (left: JSONError, right: JSONError) -> Bool { left.code == right.code }
}

extension JSONError: CustomStringConvertible {
    package var description: String { "\(code) at '\(path)' (byte \(offset)): \(reason)" }
}
