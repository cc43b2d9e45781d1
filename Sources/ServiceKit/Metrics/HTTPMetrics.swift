internal import HTTPKit
internal import Synchronization

/// Durations of served requests, by method, route and status. A route is a pattern, so it names no identity.
final class HTTPMetrics: Sendable {
    private struct Key: Hashable {
        let method: Method
        let route: String
        let status: Int
    }

    private let metrics: Metrics
    private let histograms = Mutex<[Key: Histogram]>([:])

    init(_ metrics: Metrics) { self.metrics = metrics }

    func record(_ served: ServedRequest) {
        let key = Key(method: served.method, route: served.route, status: served.status.code)
        histogram(key).record(served.duration)
    }

    /// What the servers do now and what they may do at most.
    func watch(_ server: Server, listener: String, limits: HTTPKit.ServerLimits) {
        let label = [("listener", listener)]
        metrics.gauge("http_server_active_requests", help: "Requests being handled.", labels: label) { [weak server] in Double(server?.inFlight ?? 0) }
        metrics.gauge("http_server_open_connections", help: "Open connections.", labels: label) { [weak server] in Double(server?.connectionCount ?? 0) }
        for (name, value) in HTTPMetrics.figures(limits) {
            metrics.gauge("http_server_limit", help: "Bounds of the server, in bytes, counts or seconds.", labels: label + [("limit", name)]) { value }
        }
    }

    private func histogram(_ key: Key) -> Histogram {
        histograms.withLock { histograms in
            if let known = histograms[key] { return known }
            let made = metrics.histogram(
                "http_server_request_duration_seconds", help: "Time from the whole request to its answer.",
                labels: [
                    ("http_request_method", key.method.rawValue), ("http_route", key.route), ("http_response_status_code", String(key.status)),
                ])
            // Methods, routes and statuses are ours, so their number is bounded; past the bound nothing is kept here either.
            if histograms.count < ServiceLimits.seriesPerMetricMax { histograms[key] = made }
            return made
        }
    }

    private static func figures(_ limits: HTTPKit.ServerLimits) -> [(String, Double)] {
        [
            ("request_line_bytes", Double(limits.requestLineBytesMax)), ("head_bytes", Double(limits.headBytesMax)),
            ("field_count", Double(limits.fieldCountMax)), ("body_bytes", Double(limits.bodyBytesMax)),
            ("pipelined_bytes", Double(limits.pipelinedBytesMax)), ("unsent_bytes", Double(limits.unsentBytesMax)),
            ("connections_per_loop", Double(limits.connectionsPerLoopMax)), ("in_flight_per_loop", Double(limits.inFlightPerLoopMax)),
            ("head_seconds", limits.headTime / .seconds(1)), ("body_seconds", limits.bodyTime / .seconds(1)),
            ("idle_seconds", limits.idleTime / .seconds(1)), ("write_stall_seconds", limits.writeStallTime / .seconds(1)),
            ("backlog", Double(limits.backlogMax)),
        ]
    }
}
