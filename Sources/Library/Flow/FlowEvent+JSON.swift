internal import Base
package import HTTPKit

extension FlowEvent {
    /// `{"ts","trace","step","from","to","message","status","durUs","impi","impu","cause","reason"}`; a member without a value is left out.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("ts", timestamp.microsecondsText)
        writer.member("trace", trace)
        writer.member("step", step)
        writer.member("from", from)
        writer.member("to", to)
        writer.member("message", message)
        if let status { writer.member("status", status) }
        if let duration { writer.member("durUs", FlowEvent.microseconds(duration)) }
        if let impi { writer.member("impi", impi) }
        if let impu { writer.member("impu", impu) }
        if let cause { writer.member("cause", cause) }
        if let reason { writer.member("reason", reason) }
        writer.endObject()
    }

    /// - Returns: nil for JSON that is no event. Members that are not named above are passed over.
    package init?(_ json: JSONValue) {
        guard let timestamp = json["ts"]?.string.flatMap(Timestamp.init(rfc3339:)), let step = json["step"]?.int, let from = json["from"]?.string,
            let to = json["to"]?.string
        else { return nil }
        self.init(
            timestamp: timestamp, trace: json["trace"]?.string ?? "", step: step, from: from, to: to, message: json["message"]?.string ?? "",
            status: json["status"]?.int, duration: json["durUs"]?.int.map { .microseconds($0) }, impi: json["impi"]?.string,
            impu: json["impu"]?.string, cause: json["cause"]?.string, reason: json["reason"]?.string)
    }

    /// The events in an answer of `GET /admin/v1/flow-events?trace=ID`.
    ///
    /// An element that is no event is left out: a service of another version may know more.
    package static func list(in answer: [UInt8]) -> [FlowEvent] {
        var limits = JSONLimits.standard
        limits.elementsPerArrayMax = Limits.eventsReadMax
        return ((try? JSONValue(answer, limits: limits))?["flowEvents"]?.array ?? []).compactMap(FlowEvent.init)
    }

    private static func microseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(max(0, min(seconds, 86_400))) * 1_000_000 + Int(max(0, attoseconds) / 1_000_000_000_000)
    }
}
