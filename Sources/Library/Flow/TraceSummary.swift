package import Base
package import HTTPKit

/// A trace that a service remembers flow events of.
package struct TraceSummary: Sendable, Equatable {
    package let trace: String
    /// When its last event was.
    package let timestamp: Timestamp
    package let eventCount: Int

    package init(trace: String, timestamp: Timestamp, eventCount: Int) {
        self.trace = trace
        self.timestamp = timestamp
        self.eventCount = eventCount
    }

    /// `{"trace","ts","events"}`
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("trace", trace)
        writer.member("ts", timestamp.microsecondsText)
        writer.member("events", eventCount)
        writer.endObject()
    }

    /// - Returns: nil for JSON that is no such summary.
    package init?(_ json: JSONValue) {
        guard let trace = json["trace"]?.string, let timestamp = json["ts"]?.string.flatMap(Timestamp.init(rfc3339:)) else { return nil }
        self.init(trace: trace, timestamp: timestamp, eventCount: json["events"]?.int ?? 0)
    }

    /// The summaries in an answer of `GET /admin/v1/flow-events`; an element that is none is left out.
    package static func list(in answer: [UInt8]) -> [TraceSummary] {
        ((try? JSONValue(answer))?["traces"]?.array ?? []).compactMap(TraceSummary.init)
    }
}
