internal import HTTPKit
internal import Nhss

/// Where the operation is and what goes with it (TS 29.562 §6.3.3.2.4.2, TS 29.500 §5.2.3).
enum NhssOperation {
    static let pattern = "/nhss-ims-ueau/v1/{impi}/security-information/generate-sip-auth-data"
    static let mediaType = "application/json"
    static let maxResponseTime = "3gpp-Sbi-Max-Rsp-Time"
    static let correlationInfo = "3gpp-Sbi-Correlation-Info"
    static let traceParent = "traceparent"

    static func target(_ impi: IMPI, prefix: String) -> String {
        "\(prefix)/nhss-ims-ueau/v1/\(PercentCoding.encodeSegment(impi.bytes))/security-information/generate-sip-auth-data"
    }

    /// The field's one value; nil where it is absent or there twice.
    static func onlyValue(_ name: String, in fields: Fields) -> ArraySlice<UInt8>? {
        fields.count(of: name) == 1 ? fields.bytes(of: name) : nil
    }

    /// Decimal digits and nothing else, at most `digitsMax` of them.
    static func digits(_ text: ArraySlice<UInt8>, digitsMax: Int) -> Int? {
        guard 1...digitsMax ~= text.count, text.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
        return Int(String(decoding: text, as: UTF8.self))
    }

    /// Fit to be logged and sent on: one line of printable ASCII.
    static func isCorrelationInfo(_ text: some Collection<UInt8>) -> Bool {
        1...NhssLimits.correlationBytesMax ~= text.count && text.allSatisfy { isVisible($0) || $0 == UInt8(ascii: " ") }
    }

    static func isVisible(_ byte: UInt8) -> Bool { 0x21...0x7e ~= byte }
}
