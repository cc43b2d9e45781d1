/// Why octets, or the text that carries them, are not the value that they should be.
///
/// Two are equal when their codes are. `reason` never repeats the octets.
package struct MalformedOctets: Error, Sendable {
    package enum Code: Sendable, CaseIterable {
        /// Too few octets or too many.
        case length
        /// Text that is not hexadecimal or not base 64.
        case text
    }

    package let code: Code
    /// A predicate: "has the wrong length".
    package let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    static var wrongLength: MalformedOctets { MalformedOctets(.length, "has the wrong length") }
    static var notHexadecimal: MalformedOctets { MalformedOctets(.text, "is not hexadecimal") }
}

extension MalformedOctets: Equatable {
    package static func == (left: MalformedOctets, right: MalformedOctets) -> Bool { left.code == right.code }
}
