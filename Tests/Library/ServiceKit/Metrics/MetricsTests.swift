import Store
import Testing

@testable import HTTPKit
@testable import ServiceKit

@Suite struct MetricsTests {
    private func text(_ metrics: Metrics) -> String { String(decoding: metrics.text(), as: UTF8.self) }

    @Test func `a counter is one however often it is asked for`() {
        let metrics = Metrics()
        metrics.counter("mc_a_total", help: "h", labels: [("result", "ok")]).add()
        metrics.counter("mc_a_total", help: "h", labels: [("result", "ok")]).add(2)
        #expect(text(metrics).contains("# HELP mc_a_total h\n# TYPE mc_a_total counter\nmc_a_total{result=\"ok\"} 3\n"))
    }

    @Test func `a histogram counts cumulatively and closes with infinity`() {
        let metrics = Metrics()
        let histogram = metrics.histogram("mc_b_seconds", help: "h")
        for milliseconds in [1, 5, 6, 9_999, 10_001] { histogram.record(.milliseconds(milliseconds)) }
        let text = text(metrics)
        #expect(text.contains("mc_b_seconds_bucket{le=\"0.005\"} 2\n"))
        #expect(text.contains("mc_b_seconds_bucket{le=\"0.01\"} 3\n"))
        #expect(text.contains("mc_b_seconds_bucket{le=\"10\"} 4\n"))
        #expect(text.contains("mc_b_seconds_bucket{le=\"+Inf\"} 5\nmc_b_seconds_sum 20.012\nmc_b_seconds_count 5\n"))
    }

    @Test(arguments: [Duration.seconds(-1), .seconds(Int64.max), .zero])
    func `no duration stops a histogram`(duration: Duration) {
        let histogram = Histogram()
        histogram.record(duration)
        #expect(histogram.cumulativeCounts.last == 1)
    }

    @Test func `label values and help are escaped`() {
        let metrics = Metrics()
        metrics.counter("mc_c_total", help: "a\\b\nc", labels: [("x", "a\"b\\c\nd")]).add()
        #expect(text(metrics).contains(#"mc_c_total{x="a\"b\\c\nd"} 1"# + "\n"))
        #expect(text(metrics).contains(#"# HELP mc_c_total a\\b\nc"# + "\n"))
    }

    @Test(arguments: [(1.0, "1"), (0.5, "0.5"), (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (1e300, "1e+300")])
    func `a gauge is written as Prometheus reads it`(value: Double, written: String) {
        let metrics = Metrics()
        metrics.gauge("mc_d", help: "h") { value }
        #expect(text(metrics).contains("\nmc_d \(written)\n"))
    }

    @Test func `label sets beyond 200 are counted and not kept`() {
        let metrics = Metrics()
        for number in 0..<205 { metrics.counter("mc_e_total", help: "h", labels: [("n", "\(number)")]).add() }
        #expect(text(metrics).contains("metrics_series_dropped_total 5\n"))
        #expect(text(metrics).split(separator: "\n").count { $0.hasPrefix("mc_e_total{") } == 200)
    }

    @Test func `every line is one Prometheus understands`() throws {
        let metrics = Metrics()
        metrics.addProcess(identity: .test)
        let served = HTTPMetrics(metrics)
        served.record(ServedRequest(method: .get, route: "/admin/v1/subscribers/{impi}", status: .ok, duration: .milliseconds(3)))
        let sample = try Regex(#"[a-z_]+(\{([a-z_]+="([^"\\\n]|\\["\\n])*",?)+\})? [-+0-9.eINaf]+"#)
        let comment = try Regex(#"# (HELP [a-z_]+ .+|TYPE [a-z_]+ (counter|gauge|histogram))"#)
        var typed: Set<Substring> = []
        for line in text(metrics).split(separator: "\n", omittingEmptySubsequences: true) {
            #expect(line.wholeMatch(of: line.hasPrefix("#") ? comment : sample) != nil, "\(line)")
            if line.hasPrefix("# TYPE") { #expect(typed.insert(line.split(separator: " ")[2]).inserted, "\(line) is there twice") }
        }
        #expect(text(metrics).hasSuffix("\n"))
        #expect(typed.isSuperset(of: ["process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds", "process_max_fds"]))
    }

    @Test func `a served request is counted under method, route and status`() {
        let metrics = Metrics()
        HTTPMetrics(metrics).record(ServedRequest(method: .put, route: "/a/{impi}", status: .created, duration: .milliseconds(3)))
        #expect(
            text(metrics).contains(
                #"http_server_request_duration_seconds_count{http_request_method="PUT",http_route="/a/{impi}",http_response_status_code="201"} 1"#))
    }
}
