internal import Base
internal import HTTPKit

/// `GET /admin/v1/flow-events?trace=ID`: the events of one trace; without `trace`, which traces there are.
struct FlowRoutes: Sendable {
    let events: FlowEvents

    func add(to routes: inout AdminRouter) { routes.on(.get, "/admin/v1/flow-events", handler: answer) }

    private func answer(_ call: AdminCall) async throws(Problem) -> Response {
        guard let trace = try call.request.queryItem("trace") else { return traces() }
        guard trace.utf8.count == 32, trace.utf8.allSatisfy(FlowRoutes.isLowerHex) else {
            throw .invalid("query trace", "is not 32 lower-case hexadecimal digits")
        }
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

    private func traces() -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("traces")
        writer.beginArray()
        for summary in events.latestTraces(countMax: ServiceLimits.flowTracesListedMax) {
            writer.beginObject()
            writer.member("trace", summary.trace)
            writer.member("ts", summary.timestamp.microsecondsText)
            writer.member("events", summary.eventCount)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return AdminAnswer.ok(writer.bytes)
    }

    private static func isLowerHex(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
    }
}
