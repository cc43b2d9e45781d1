internal import Base

/// The counters, gauges and histograms of a service, in the text that Prometheus reads (format 0.0.4).
///
/// Asking twice for the same name and labels gives the same counter. No label ever holds an identity.
package final class Metrics: Sendable {
    private enum Kind: String { case counter, gauge, histogram }

    private enum Source {
        case counter(Counter)
        case histogram(Histogram)
        case read(@Sendable () -> Double)
    }

    private struct Family {
        let help: String
        let kind: Kind
        /// The sources by the text of their labels: `a="b",c="d"`.
        var series: [String: Source] = [:]
    }

    private let families = Guarded<[String: Family]>([:])
    private let dropped = Counter()

    package init() {
        readCounter("metrics_series_dropped_total", help: "Label sets that were not kept because there were too many.") { [dropped] in
            Double(dropped.value)
        }
    }

    /// - Parameter name: ends in `_total`.
    package func counter(_ name: String, help: String, labels: [(String, String)] = []) -> Counter {
        let made = Counter()
        return if case .counter(let kept) = add(.counter(made), .counter, name, help, labels) { kept } else { made }
    }

    /// - Parameter name: ends in `_seconds`.
    package func histogram(_ name: String, help: String, labels: [(String, String)] = []) -> Histogram {
        let made = Histogram()
        return if case .histogram(let kept) = add(.histogram(made), .histogram, name, help, labels) { kept } else { made }
    }

    /// - Parameter read: called on an event loop whenever the metrics are read; it must not block.
    package func gauge(_ name: String, help: String, labels: [(String, String)] = [], read: @escaping @Sendable () -> Double) {
        _ = add(.read(read), .gauge, name, help, labels)
    }

    /// Adds a counter that is kept elsewhere and read from there.
    package func readCounter(_ name: String, help: String, labels: [(String, String)] = [], read: @escaping @Sendable () -> Double) {
        _ = add(.read(read), .counter, name, help, labels)
    }

    /// The text of all metrics, in alphabetical order.
    package func text() -> [UInt8] {
        var text: [UInt8] = []
        for (name, family) in families.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            text += "# HELP \(name) \(Metrics.escaped(family.help, quotes: false))\n# TYPE \(name) \(family.kind.rawValue)\n".utf8
            for (labels, source) in family.series.sorted(by: { $0.key < $1.key }) { Metrics.append(source, name, labels, to: &text) }
        }
        return text
    }

    private func add(_ source: Source, _ kind: Kind, _ name: String, _ help: String, _ labels: [(String, String)]) -> Source {
        precondition(Metrics.isName(name) && labels.allSatisfy { Metrics.isName($0.0) }, "\(name) or one of its labels is not a name")
        let labelText = labels.map { "\($0)=\"\(Metrics.escaped($1, quotes: true))\"" }.joined(separator: ",")
        return families.withLock { families in
            var family = families[name] ?? Family(help: help, kind: kind)
            precondition(family.kind == kind, "\(name) is a \(family.kind) and a \(kind)")
            if let kept = family.series[labelText] { return kept }
            guard family.series.count < ServiceLimits.seriesPerMetricMax else {
                dropped.add()
                return source
            }
            family.series[labelText] = source
            families[name] = family
            return source
        }
    }

    private static func append(_ source: Source, _ name: String, _ labels: String, to text: inout [UInt8]) {
        let braced = labels.isEmpty ? "" : "{\(labels)}"
        switch source {
        case .counter(let counter): text += "\(name)\(braced) \(counter.value)\n".utf8
        case .read(let read): text += "\(name)\(braced) \(number(read()))\n".utf8
        case .histogram(let histogram):
            let prefix = labels.isEmpty ? "" : labels + ","
            let counts = histogram.cumulativeCounts
            for (bound, count) in zip(Histogram.bounds, counts) { text += "\(name)_bucket{\(prefix)le=\"\(number(bound))\"} \(count)\n".utf8 }
            let count = counts.last ?? 0
            text += "\(name)_bucket{\(prefix)le=\"+Inf\"} \(count)\n\(name)_sum\(braced) \(number(histogram.secondsSum))\n".utf8
            text += "\(name)_count\(braced) \(count)\n".utf8
        }
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !ASCII.isDigit(first) else { return false }
        return name.utf8.allSatisfy { ASCII.isAlphanumeric($0) || $0 == ASCII.underscore }
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): escaped += #"\\"#.utf8
            case UInt8(ascii: "\n"): escaped += #"\n"#.utf8
            case UInt8(ascii: "\"") where quotes: escaped += #"\""#.utf8
            default: escaped.append(byte)
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }
}
