package import Base
package import HTTPKit

/// A trace that a service remembers flow events of.
package struct TraceSummary: Sendable, Equatable {
    /// The latest event. A service records an answer when it gives it, so the latest event is the answer to the last question of the trace.
    package let last: FlowEvent
    package let eventCount: Int

    package var trace: String { last.trace }
    package var timestamp: Timestamp { last.timestamp }

    package init(last: FlowEvent, eventCount: Int) {
        self.last = last
        self.eventCount = eventCount
    }

    /// `{"trace","ts","events","step","message","status","impi","cause"}`, the last five from the latest event, as far as it has them.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("trace", trace)
        writer.member("ts", timestamp.microsecondsText)
        writer.member("events", eventCount)
        writer.member("step", last.step)
        writer.member("message", last.message)
        if let status = last.status { writer.member("status", status) }
        if let impi = last.impi { writer.member("impi", impi) }
        if let cause = last.cause { writer.member("cause", cause) }
        writer.endObject()
    }

    /// - Returns: nil for JSON that is no such summary.
    package init?(_ json: JSONValue) {
        guard let trace = json["trace"]?.string, let timestamp = json["ts"]?.string.flatMap(Timestamp.init(rfc3339:)) else { return nil }
        let last = FlowEvent(
            timestamp: timestamp, trace: trace, step: json["step"]?.int ?? 0, from: "", to: "", message: json["message"]?.string ?? "",
            status: json["status"]?.int, impi: json["impi"]?.string, cause: json["cause"]?.string)
        self.init(last: last, eventCount: json["events"]?.int ?? 0)
    }

    /// The summaries in an answer of `GET /admin/v1/flow-events`; an element that is none is left out.
    package static func list(in answer: [UInt8]) -> [TraceSummary] {
        ((try? JSONValue(answer))?["traces"]?.array ?? []).compactMap(TraceSummary.init)
    }
}
