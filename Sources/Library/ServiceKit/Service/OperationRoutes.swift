internal import Base
internal import HTTPKit
internal import SBI

/// The routes by which a service is run and watched: `/livez`, `/readyz`, `/healthz`, `/metrics`, `/version`, `/openapi.json`.
struct OperationRoutes: Sendable {
    let identity: ServiceIdentity
    let systemID: String
    let readiness: Readiness
    let loops: LoopWatch
    let metrics: Metrics

    func add(to router: inout Router) {
        router.on(.get, "/livez") { request throws(Problem) in
            .now(try health("livez", [Readiness.Finding(name: "loops", failure: loops.failure)], request))
        }
        router.on(.get, "/readyz") { request throws(Problem) in .now(try health("readyz", try findings(request), request)) }
        router.on(.get, "/healthz") { request throws(Problem) in .now(try health("healthz", try findings(request), request)) }
        router.on(.get, "/metrics") { _ throws(Problem) in
            .now(.typed("text/plain; version=0.0.4; charset=utf-8", .ok, metrics.text()))
        }
        router.on(.get, "/version") { _ throws(Problem) in .now(version()) }
        router.on(.get, "/openapi.json") { _ throws(Problem) in .now(.json(.ok, Array(identity.openAPI.utf8))) }
    }

    private func findings(_ request: Request) throws(Problem) -> [Readiness.Finding] {
        let excluded = try request.queryParameter("exclude")?.utf8.split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) }
        return readiness.findings(excluding: excluded ?? [])
    }

    /// A text in the form of Kubernetes' own health endpoints. It lists the checks with `?verbose` and where one fails.
    private func health(_ endpoint: String, _ findings: [Readiness.Finding], _ request: Request) throws(Problem) -> Response {
        let isHealthy = findings.allSatisfy { $0.failure == nil }
        let isVerbose = try request.queryParameter("verbose") != nil
        var text = "ok"
        if isVerbose || !isHealthy {
            text = findings.map { finding in
                if let failure = finding.failure { return "[-]\(finding.name) failed: \(visible(failure))\n" }
                if let warning = finding.warning { return "[!]\(finding.name) warning: \(visible(warning))\n" }
                return "[+]\(finding.name) ok\n"
            }.joined()
            text += "\(endpoint) check \(isHealthy ? "passed" : "failed")\n"
        }
        var response = Response.text(isHealthy ? .ok : .serviceUnavailable, text)
        response.fields.append("Cache-Control", "no-store")
        return response
    }

    private func visible(_ reason: String) -> String { LogText.visible(reason, bytesMax: ServiceLimits.logValueBytesMax) }

    private func version() -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("service", identity.name)
        writer.member("version", ProgramVersion.number)
        writer.member("system", systemID)
        writer.member("swift", ProgramVersion.compiler)
        writer.endObject()
        return .json(.ok, writer.bytes + [UInt8(ascii: "\n")])
    }
}
