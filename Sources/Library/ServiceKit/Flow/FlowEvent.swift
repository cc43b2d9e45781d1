package import Base
internal import HTTPKit

/// One arrow or note of TS 23.280 figure 10.1.6.2-1 that a service took part in. Never holds a key or a vector.
package struct FlowEvent: Sendable {
    package let timestamp: Timestamp
    /// The trace id of W3C Trace Context: 32 lower-case hexadecimal digits.
    package let trace: String
    /// 1 to 12, as in the figure.
    package let step: Int
    /// `ue`, `sip-core-stub@SYSTEM`, `partner-mms@SYSTEM`, `primary-mms@SYSTEM` or `authdb@SYSTEM`.
    package let from: String
    package let to: String
    package let message: String
    /// Of an answer: an HTTP or SIP status code.
    package let status: Int?
    /// From the request to its answer.
    package let duration: Duration?
    /// `impi=…`, `impu=…`
    package let identities: [String]
    package let detail: String?

    package init(
        timestamp: Timestamp = .now(), trace: String, step: Int, from: String, to: String, message: String, status: Int? = nil,
        duration: Duration? = nil, identities: [String] = [], detail: String? = nil
    ) {
        func bounded(_ text: String) -> String { LogText.visible(text, bytesMax: ServiceLimits.flowTextBytesMax) }
        self.timestamp = timestamp
        self.trace = bounded(trace)
        self.step = step
        self.from = bounded(from)
        self.to = bounded(to)
        self.message = bounded(message)
        self.status = status
        self.duration = duration
        self.identities = identities.prefix(ServiceLimits.flowIdentitiesMax).map(bounded)
        self.detail = detail.map(bounded)
    }

    /// `{"ts","trace","step","from","to","message","status","durUs","impi",…,"detail"}`, without what there is not.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("ts", timestamp.microsecondsText)
        writer.member("trace", trace)
        writer.member("step", step)
        writer.member("from", from)
        writer.member("to", to)
        writer.member("message", message)
        if let status { writer.member("status", status) }
        if let duration { writer.member("durUs", FlowEvent.microseconds(duration)) }
        var names: Set = ["ts", "trace", "step", "from", "to", "message", "status", "durUs", "detail"]
        for identity in identities {
            let equals = identity.utf8.firstIndex(of: UInt8(ascii: "=")) ?? identity.startIndex
            let name = equals == identity.startIndex ? "identity" : String(identity[..<equals])
            writer.member(
                FlowEvent.free(name, &names), String(identity[(equals == identity.startIndex ? equals : identity.utf8.index(after: equals))...]))
        }
        if let detail { writer.member("detail", detail) }
        writer.endObject()
    }

    /// The name, or with a number behind it where it is taken: `impi`, `impi2`.
    private static func free(_ name: String, _ taken: inout Set<String>) -> String {
        var candidate = name
        var number = 2
        while !taken.insert(candidate).inserted {
            candidate = "\(name)\(number)"
            number += 1
        }
        return candidate
    }

    private static func microseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(max(0, min(seconds, 86_400))) * 1_000_000 + Int(max(0, attoseconds) / 1_000_000_000_000)
    }
}
