package import HTTPKit
package import Nhss

/// The notice that a user is shut out: `DeregistrationData` of TS 29.562 §6.1.6.2, as Nhss_imsUECM sends it to `deregCallbackUri`.
package struct DeregistrationNotice: Sendable, Equatable {
    package let impi: IMPI
    package let reason: DeregistrationReason

    package init(impi: IMPI, reason: DeregistrationReason) {
        self.impi = impi
        self.reason = reason
    }

    package init(json: [UInt8]) throws(JSONError) {
        var reader = JSONReader(json)
        var impi: IMPI?
        var reason: DeregistrationReason?
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "impi": impi = try reader.impi()
            case "deregReason": reason = try DeregistrationNotice.reason(from: &reader)
            default: break
            }
        }
        guard let impi else { throw reader.missing("impi") }
        guard let reason else { throw reader.missing("deregReason") }
        try reader.finish()
        self.init(impi: impi, reason: reason)
    }

    private static func reason(from reader: inout JSONReader) throws(JSONError) -> DeregistrationReason {
        var reason: DeregistrationReason?
        var hasText = false
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "reasonCode": reason = DeregistrationReason(code: try reader.visibleText(bytesMax: NhssLimits.schemeBytesMax))
            case "reasonText":
                _ = try reader.stringBytes()
                hasText = true
            default: break
            }
        }
        guard let reason else { throw reader.missing("reasonCode") }
        guard hasText else { throw reader.missing("reasonText") }
        return reason
    }

    package func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("deregReason")
        writer.beginObject()
        writer.member("reasonCode", reason.rawValue)
        writer.member("reasonText", DeregistrationNotice.text(reason))
        writer.endObject()
        writer.member("impi", ascii: impi.bytes)
        writer.endObject()
        return writer.bytes
    }

    private static func text(_ reason: DeregistrationReason) -> String {
        switch reason {
        case .permanentTermination: "the user may not be registered any more"
        case .serverChange: "what the user may be registered with has changed"
        }
    }
}
