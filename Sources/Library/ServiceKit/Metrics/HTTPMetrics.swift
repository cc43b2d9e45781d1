internal import Base
internal import HTTPKit

/// Counts served requests and their durations by method, route and status. A route is a pattern, so that no label holds an identity.
final class HTTPMetrics: Sendable {
    private struct Key: Hashable {
        let method: Method?
        let route: String
        let status: Int
    }

    private struct Known {
        var histograms: [Key: Histogram] = [:]
        /// The histogram used last: most answers are like the one before, and comparing costs less than hashing a route.
        var latest: (key: Key, histogram: Histogram)?
    }

    /// As OpenTelemetry's conventions have it.
    static let unknownMethod = "_OTHER"
    private let metrics: Metrics
    private let known = Guarded(Known())

    init(_ metrics: Metrics) { self.metrics = metrics }

    func record(_ served: ServedRequest) {
        let key = Key(method: served.method, route: served.route, status: served.status.code)
        histogram(key).record(served.duration)
    }

    /// Measures what a server does now, and its limits.
    func watch(_ server: Server, listener: String, limits: HTTPKit.ServerLimits) {
        let label = [("listener", listener)]
        metrics.gauge("http_server_active_requests", help: "Requests being handled.", labels: label) { [weak server] in Double(server?.inFlight ?? 0)
        }
        metrics.gauge("http_server_open_connections", help: "Open connections.", labels: label) { [weak server] in
            Double(server?.connectionCount ?? 0)
        }
        metrics.readCounter("http_server_refused_connections_total", help: "Connections closed as they came: there were too many.", labels: label) {
            [weak server] in Double(server?.refusedConnectionCount ?? 0)
        }
        metrics.readCounter("http2_glitches_total", help: "Useless HTTP/2 frames of connections that are over.", labels: label) {
            [weak server] in Double(server?.glitchCount ?? 0)
        }
        for (name, value) in limits.byName {
            metrics.gauge("http_server_limit", help: "Bounds of the server, in bytes, counts or seconds.", labels: label + [("limit", name)]) {
                value
            }
        }
    }

    /// Measures what all servers of the process together hold.
    func watch(_ memory: ServerMemory) {
        metrics.gauge("http_server_held_bytes", help: "Requests that are not answered and answers that are not taken, of all connections.") {
            Double(memory.heldBytes)
        }
        metrics.readCounter("http_server_memory_refusals_total", help: "Connections that had to refuse what they held: it was too much for one peer.")
        {
            Double(memory.refusalCount)
        }
    }

    private func histogram(_ key: Key) -> Histogram {
        known.withLock { known in
            if let latest = known.latest, latest.key == key { return latest.histogram }
            let histogram = known.histograms[key] ?? make(key, &known)
            known.latest = (key, histogram)
            return histogram
        }
    }

    private func make(_ key: Key, _ known: inout Known) -> Histogram {
        let made = metrics.histogram(
            "http_server_request_duration_seconds", help: "Time from the whole request to its answer.",
            labels: [
                ("http_request_method", key.method?.rawValue ?? HTTPMetrics.unknownMethod), ("http_route", key.route),
                ("http_response_status_code", String(key.status)),
            ])
        // Callers cannot invent methods, routes or statuses, so their number is bounded; beyond the bound no histogram is kept here either.
        if known.histograms.count < ServiceLimits.seriesPerMetricMax { known.histograms[key] = made }
        return made
    }
}
