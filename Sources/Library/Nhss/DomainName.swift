internal import Base

/// A domain name: labels of letters, digits and inner hyphens (RFC 1123 §2.1), one label or more, no dot at the end.
///
/// The last label is not digits alone (erratum 1081 of RFC 1123): `lab.5g` is a name, and what looks like an IPv4 address is none.
enum DomainName {
    /// - Returns: the name in lower case (RFC 4343), or nil if it is none.
    static func canonical(_ text: ArraySlice<UInt8>) -> [UInt8]? { isValid(text) ? ASCII.lowercased(Array(text)) : nil }

    static func isValid(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.count <= NhssLimits.domainNameBytesMax,
            text.hasNoMark({ $0 | ~($0.isLowerCase | $0.isDigit | $0.isUpperCase | $0.isHyphenOrDot) })
        else { return false }
        var start = text.startIndex
        while let dot = text[start...].firstIndex(of: UInt8(ascii: ".")) {
            guard isLabel(text[start..<dot]) else { return false }
            start = dot + 1
        }
        return isLabel(text[start...]) && !text[start...].allSatisfy(ASCII.isDigit)
    }

    /// - Parameter text: letters, digits and hyphens.
    private static func isLabel(_ text: ArraySlice<UInt8>) -> Bool {
        1...NhssLimits.domainLabelBytesMax ~= text.count && text.first != UInt8(ascii: "-") && text.last != UInt8(ascii: "-")
    }
}
