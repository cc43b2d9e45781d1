internal import HTTPKit

/// Counts the outcomes of many registrations.
struct Summary: Sendable {
    private(set) var count = 0
    private(set) var goodCount = 0
    /// The number of failures by status or kind.
    private(set) var failures: [String: Int] = [:]
    private(set) var resynchronisationCount = 0
    private var times: [Duration] = []
    private var codes: Set<UEExitCode> = []
    private var reasons: [String] = []
    var duration: Duration = .zero

    mutating func add(_ report: RegistrationReport) {
        count += 1
        resynchronisationCount += report.resynchronisationCount
        if report.end.isGood {
            goodCount += 1
            times.append(report.duration)
            return
        }
        failures[report.kind, default: 0] += 1
        codes.insert(report.end.exitCode)
        if let reason = report.reason, !reasons.contains(reason), reasons.count < Limits.reasonsToldMax { reasons.append(reason) }
    }

    /// The code of the one way in which registrations failed; `failed` where they failed in several.
    var exitCode: UEExitCode {
        guard let first = codes.first else { return .done }
        return codes.count == 1 ? first : .failed
    }

    /// The latency of the registrations that went well.
    var latency: Latency? { Latency(times) }

    /// The registrations in a second that went well, rounded down.
    var perSecond: Int {
        let microseconds = duration.microseconds
        return microseconds == 0 ? 0 : goodCount * 1_000_000 / microseconds
    }

    var text: String {
        var lines = ["\(count) registrations, \(goodCount) ok, \(count - goodCount) failed, \(resynchronisationCount) resynchronised"]
        for (kind, number) in failures.sorted(by: { $0.key < $1.key }) { lines.append("  failed: \(kind)  \(number)") }
        for reason in reasons { lines.append("  \(reason)") }
        if let latency {
            lines.append(
                "latency ms  min \(latency.minimum.millisecondsText)  p50 \(latency.median.millisecondsText)  p95 \(latency.p95.millisecondsText)"
                    + "  p99 \(latency.p99.millisecondsText)  max \(latency.maximum.millisecondsText)")
        }
        lines.append("\(perSecond) per second over \(duration.millisecondsText) ms")
        return lines.joined(separator: "\n")
    }

    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("count", count)
        writer.member("ok", goodCount)
        writer.member("failed", count - goodCount)
        writer.member("failures")
        writer.beginObject()
        for (kind, number) in failures.sorted(by: { $0.key < $1.key }) { writer.member(kind, number) }
        writer.endObject()
        writer.member("resynchronisations", resynchronisationCount)
        if let latency {
            writer.member("latencyUs")
            writer.beginObject()
            writer.member("min", latency.minimum.microseconds)
            writer.member("p50", latency.median.microseconds)
            writer.member("p95", latency.p95.microseconds)
            writer.member("p99", latency.p99.microseconds)
            writer.member("max", latency.maximum.microseconds)
            writer.endObject()
        }
        writer.member("durationUs", duration.microseconds)
        writer.member("perSecond", perSecond)
        writer.member("exitCode", Int(exitCode.rawValue))
        writer.endObject()
        return writer.bytes.text
    }
}
