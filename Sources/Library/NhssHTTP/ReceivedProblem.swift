internal import Base
internal import HTTPKit
internal import Nhss

/// The members of a received problem document (TS 29.571 §5.2.4.1) that tell failures apart.
struct ReceivedProblem {
    private(set) var cause: String?
    private(set) var invalidParameters: [AuthFailure.InvalidParameter] = []

    /// - Returns: nil unless the body is a JSON object with members of the right types.
    init?(_ body: [UInt8]) {
        do throws(JSONError) { try read(body) } catch { return nil }
    }

    /// The cause, if it is fit for a log.
    var shownCause: String {
        guard let cause else { return "without a cause" }
        let isFit = cause.utf8.count <= NhssHTTPLimits.causeBytesMax && cause.utf8.allSatisfy(ASCII.isVisible)
        return isFit ? cause : "with an unprintable cause"
    }

    private mutating func read(_ body: [UInt8]) throws(JSONError) {
        var reader = JSONReader(body)
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "cause": cause = try reader.string()
            case "invalidParams":
                try reader.beginArray()
                while try reader.nextElement() { try readInvalidParameter(&reader) }
            default: break
            }
        }
        try reader.finish()
    }

    private mutating func readInvalidParameter(_ reader: inout JSONReader) throws(JSONError) {
        var name = ""
        var reason = ""
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "param": name = try reader.string()
            case "reason": reason = try reader.string()
            default: break
            }
        }
        guard invalidParameters.count < NhssHTTPLimits.invalidParametersMax else { return }
        invalidParameters.append(AuthFailure.InvalidParameter(name, reason))
    }
}
