internal import Base
internal import HTTPKit
internal import Nhss

/// The path and the header fields of the operation (TS 29.562 §6.3.3.2.4.2, TS 29.500 §5.2.3).
enum NhssOperation {
    static let pattern = "/nhss-ims-ueau/v1/{impi}/security-information/generate-sip-auth-data"
    static let mediaType = "application/json"
    static let maxResponseTime: StaticString = "3gpp-Sbi-Max-Rsp-Time"
    static let correlationInfo: StaticString = "3gpp-Sbi-Correlation-Info"
    static let traceParent: StaticString = "traceparent"

    static let digestAKAv1MD5 = Array(SIPAuthenticationScheme.digestAKAv1MD5.text.utf8)
    private static let beforeIMPI = Array("/nhss-ims-ueau/v1/".utf8)
    private static let afterIMPI = Array("/security-information/generate-sip-auth-data".utf8)

    static func target(_ impi: IMPI, prefix: String) -> [UInt8] {
        var target: [UInt8] = []
        // Most identities need no character encoded; where one does, the array grows.
        target.reserveCapacity(prefix.utf8.count + beforeIMPI.count + impi.bytes.count + afterIMPI.count)
        target.append(contentsOf: prefix.utf8)
        target.append(contentsOf: beforeIMPI)
        PercentCoding.appendSegment(impi.bytes, to: &target)
        target.append(contentsOf: afterIMPI)
        return target
    }

    /// The number that a text of decimal digits stands for; nil for any other text.
    /// - Parameter digitsMax: 18 or less.
    static func digits(_ text: ArraySlice<UInt8>, digitsMax: Int) -> Int? {
        guard 1...digitsMax ~= text.count else { return nil }
        var number = 0
        for digit in text {
            guard ASCII.isDigit(digit) else { return nil }
            number = 10 * number + Int(digit & 0x0f)
        }
        return number
    }

    /// Whether the text may be logged and sent on: one line of printable ASCII.
    static func isCorrelationInfo(_ text: some Collection<UInt8>) -> Bool {
        1...NhssLimits.correlationBytesMax ~= text.count && text.allSatisfy { ASCII.isPrintable($0) }
    }
}
