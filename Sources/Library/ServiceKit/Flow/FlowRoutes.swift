internal import Base
internal import Flow
internal import HTTPKit
internal import SBI

/// `GET /admin/v1/flow-events?trace=ID`: the events of one trace; without `trace`, the latest traces.
///
/// `limit` bounds either; where it is absent, all events of the trace or 100 traces are shown. `isCut` says that there are more.
struct FlowRoutes: Sendable {
    let events: FlowEvents

    func add(to routes: inout AdminRouter) { routes.on(.get, "/admin/v1/flow-events", query: ["trace", "limit"], handler: answer) }

    private func answer(_ call: AdminCall) throws(Problem) -> Response {
        let limit = try Page(call.request).limit
        guard let trace = try call.request.queryParameter("trace") else { return traces(countMax: limit) }
        guard TraceID(parsing: trace.utf8) != nil else { throw .wrongQuery("trace", "is not 32 lower-case hexadecimal digits") }
        let countMax = try call.request.queryParameter("limit") == nil ? Int.max : limit
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("flowEvents")
        writer.beginArray()
        var isCut = false
        for (count, event) in events.events(trace: trace).enumerated() {
            guard count < countMax, writer.bytes.count < ServiceLimits.adminAnswerBytesMax else {
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
        var isCut = false
        for (count, summary) in events.latestTraces(countMax: countMax + 1).enumerated() {
            guard count < countMax, writer.bytes.count < ServiceLimits.adminAnswerBytesMax else {
                isCut = true
                break
            }
            summary.write(to: &writer)
        }
        writer.endArray()
        if isCut { writer.member("isCut", true) }
        writer.endObject()
        return AdminAnswer.ok(writer.bytes)
    }
}
