internal import Base
internal import Flow
internal import HTTPKit
internal import SBI

/// `GET /admin/v1/flow-events?trace=ID`: the events of one trace; without `trace`, the latest traces, as many as `limit` says.
struct FlowRoutes: Sendable {
    let events: FlowEvents

    func add(to routes: inout AdminRouter) { routes.on(.get, "/admin/v1/flow-events", query: ["trace", "limit"], handler: answer) }

    private func answer(_ call: AdminCall) throws(Problem) -> Response {
        guard let trace = try call.request.queryParameter("trace") else { return traces(countMax: try Page(call.request).limit) }
        guard TraceID(parsing: trace.utf8) != nil else { throw .wrongQuery("trace", "is not 32 lower-case hexadecimal digits") }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("flowEvents")
        writer.beginArray()
        var isCut = false
        for event in events.events(trace: trace) {
            guard writer.bytes.count < ServiceLimits.adminAnswerBytesMax else {
                isCut = true
                break
            }
            event.write(to: &writer)
        }
        writer.endArray()
        if isCut { writer.member("isCut", true) }
        writer.endObject()
        return AdminAnswer.ok(writer.bytes)
    }

    private func traces(countMax: Int) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("traces")
        writer.beginArray()
        for summary in events.latestTraces(countMax: countMax) {
            guard writer.bytes.count < ServiceLimits.adminAnswerBytesMax else { break }
            summary.write(to: &writer)
        }
        writer.endArray()
        writer.endObject()
        return AdminAnswer.ok(writer.bytes)
    }
}
