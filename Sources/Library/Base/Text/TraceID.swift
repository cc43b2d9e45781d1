/// The text of a trace id (W3C Trace Context §3.2.2.3).
package enum TraceID {
    private static let digitCount = 32

    /// Whether the text is 32 lower-case hexadecimal digits. 32 zeros are, too, although no trace has that id.
    package static func isWellFormed(_ text: String) -> Bool {
        let digits = text.utf8
        return digits.count == digitCount
            && digits.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 }
    }

    /// Whether the text is the id of a trace: well-formed, and not all zeros.
    package static func isValid(_ text: String) -> Bool { isWellFormed(text) && text.utf8.contains { $0 != UInt8(ascii: "0") } }
}
