internal import Base

/// The extensions between a chunk's size and the end of its line (RFC 9112 §7.1.1), read by their grammar and forgotten.
///
/// Readers that skip to whatever they take for the end of the line disagree on where it is (CVE-2025-55315): here no byte that may not stand in an
/// extension is skipped, and a quoted string has to end on its line.
struct ChunkExtensions {
    private enum Place {
        /// Blanks after the size, a name or a value: `;` goes on, and after a name `=`.
        case gap(afterName: Bool, hasBlank: Bool)
        case beforeName
        case name
        case beforeValue
        case value
        case quoted
        case quotedPair
    }

    private var place = Place.gap(afterName: false, hasBlank: false)

    /// Takes the byte after the size or after the one before.
    /// - Returns: whether the line's CR has come.
    mutating func take(_ byte: UInt8) throws(Refusal) -> Bool {
        switch place {
        case .gap(let afterName, let hasBlank): return try takeGap(byte, afterName, hasBlank)
        case .beforeName:
            if ASCII.isBlank(byte) { return false }
            place = try token(byte, or: .name)
        case .name:
            if HTTPCharacters.token.contains(byte) { return false }
            return try takeGap(byte, true, false)
        case .beforeValue:
            if ASCII.isBlank(byte) { return false }
            place = byte == UInt8(ascii: "\"") ? .quoted : try token(byte, or: .value)
        case .value:
            if HTTPCharacters.token.contains(byte) { return false }
            return try takeGap(byte, false, false)
        case .quoted:
            if byte == UInt8(ascii: "\"") {
                place = .gap(afterName: false, hasBlank: false)
            } else if byte == UInt8(ascii: "\\") {
                place = .quotedPair
            } else {
                try checkText(byte)
            }
        case .quotedPair:
            try checkText(byte)
            place = .quoted
        }
        return false
    }

    private mutating func takeGap(_ byte: UInt8, _ afterName: Bool, _ hasBlank: Bool) throws(Refusal) -> Bool {
        switch byte {
        // Blanks stand before `;` and `=` only.
        case ASCII.carriageReturn where !hasBlank: return true
        case _ where ASCII.isBlank(byte): place = .gap(afterName: afterName, hasBlank: true)
        case UInt8(ascii: ";"): place = .beforeName
        case UInt8(ascii: "=") where afterName: place = .beforeValue
        default: throw ChunkExtensions.malformed
        }
        return false
    }

    private func token(_ byte: UInt8, or place: Place) throws(Refusal) -> Place {
        guard HTTPCharacters.token.contains(byte) else { throw ChunkExtensions.malformed }
        return place
    }

    /// Whether a byte may stand in a quoted string. The quote and the backslash have rules of their own (RFC 9110 §5.6.4).
    private func checkText(_ byte: UInt8) throws(Refusal) {
        guard byte == ASCII.tab || byte >= ASCII.space && byte != 0x7f else { throw ChunkExtensions.malformed }
    }

    private static let malformed = Refusal.malformed("a chunk's extension is malformed")
}
