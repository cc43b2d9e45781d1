package import HTTPKit
package import Nhss

/// The notice that a user is shut out: `DeregistrationData` of TS 29.562 §6.1.6.2, as Nhss_imsUECM sends it to `deregCallbackUri`.
package struct DeregistrationNotice: Sendable, Equatable {
    package let impi: IMPI

    package init(impi: IMPI) { self.impi = impi }

    /// The user is gone for good, as far as this system knows (TS 29.228 §6.3.15 has the same reasons).
    private static let reasonCode = "PERMANENT_TERMINATION"

    package init(json: [UInt8]) throws(JSONError) {
        var reader = JSONReader(json)
        var impi: IMPI?
        var hasReason = false
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "impi": impi = try reader.impi()
            case "deregReason":
                try DeregistrationNotice.checkReason(&reader)
                hasReason = true
            default: break
            }
        }
        guard let impi else { throw reader.missing("impi") }
        guard hasReason else { throw reader.missing("deregReason") }
        try reader.finish()
        self.init(impi: impi)
    }

    /// `DeregistrationReason`: both members are mandatory, and both are for people.
    private static func checkReason(_ reader: inout JSONReader) throws(JSONError) {
        var (hasCode, hasText) = (false, false)
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "reasonCode":
                _ = try reader.visibleText(bytesMax: NhssLimits.schemeBytesMax)
                hasCode = true
            case "reasonText":
                _ = try reader.stringBytes()
                hasText = true
            default: break
            }
        }
        guard hasCode else { throw reader.missing("reasonCode") }
        guard hasText else { throw reader.missing("reasonText") }
    }

    package func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("deregReason")
        writer.beginObject()
        writer.member("reasonCode", DeregistrationNotice.reasonCode)
        writer.member("reasonText", "the user may not be registered any more")
        writer.endObject()
        writer.member("impi", ascii: impi.bytes)
        writer.endObject()
        return writer.bytes
    }
}
