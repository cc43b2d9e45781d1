internal import Base
internal import Flow
internal import HTTPKit

/// A registration in the list of traces, from what each service says of it.
struct TraceOverview {
    let trace: String
    /// The time of its latest event.
    let timestamp: Timestamp
    let verdict: Verdict
    /// The partner identity first, where it is known.
    let identities: [String]
    /// Why it failed, as the service that is furthest along the chain says.
    let cause: String?

    /// Puts the summaries of several services together, newest first.
    static func merged(_ lists: [(service: ServiceName, summaries: [TraceSummary])]) -> [TraceOverview] {
        var byTrace: [String: [TraceSummary]] = [:]
        for list in lists {
            for summary in list.summaries { byTrace[summary.trace, default: []].append(summary) }
        }
        return byTrace.values.compactMap(TraceOverview.init).sorted { ($0.timestamp, $0.trace) > ($1.timestamp, $1.trace) }
    }

    /// - Returns: nil without any summary.
    private init?(_ summaries: [TraceSummary]) {
        guard let latest = summaries.max(by: { $0.timestamp < $1.timestamp }) else { return nil }
        trace = latest.trace
        timestamp = latest.timestamp
        let events = summaries.map(\.last).sorted { ($0.timestamp, $0.step) < ($1.timestamp, $1.step) }
        verdict = Verdict(events, asked: events.contains { [1, 2, 10, 11, 12].contains($0.step) } ? [.partnerCore] : [])
        // Steps 9 to 12 name the partner identity, the others the primary's.
        identities = events.sorted { ($0.step >= 9 ? 0 : 1) < ($1.step >= 9 ? 0 : 1) }.compactMap(\.impi).reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
        }
        let order = [6, 5, 7, 4, 3, 8, 9, 2, 12]
        cause = order.lazy.compactMap { step in events.last { $0.step == step }?.cause }.first
    }

    // MARK: Text

    static let header = row("TIME", "TRACE", "RESULT", "IDENTITY", "CAUSE")

    var line: String {
        TraceOverview.row(
            "\(Timestamp(secondsSince1970: timestamp.secondsSince1970))", trace, verdict.word, identities.first ?? "-",
            verdict.isGood ? "" : cause ?? "")
    }

    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("ts", timestamp.microsecondsText)
        writer.member("trace", trace)
        writer.member("result", verdict.word)
        writer.member("impis")
        writer.beginArray()
        for identity in identities { writer.string(identity) }
        writer.endArray()
        if !verdict.isGood, let cause { writer.member("cause", cause) }
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func row(_ time: String, _ trace: String, _ result: String, _ identity: String, _ cause: String) -> String {
        func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
        let columns = "\(padded(time, 20))  \(padded(trace, 32))  \(padded(result, 12))  \(identity)"
        return cause.isEmpty ? columns : "\(columns)  \(cause)"
    }
}
