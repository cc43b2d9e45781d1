internal import Base
internal import HTTPKit
internal import Logging

extension Service {
    /// Logs changes through the admin API, and with `--log-level debug` the first line of every request and answer; nil where neither is wanted.
    ///
    /// A line about a change names the route and not the record, because identities are not in the log above debug.
    func requestLog(isAdmin: Bool) -> RequestObserver? {
        let isDebugging = logger.logLevel <= .debug
        guard isAdmin || isDebugging else { return nil }
        return RequestObserver(
            received: { [logger] request in
                guard isDebugging else { return }
                logger.debug("HTTP request", metadata: ["line": .string(Service.firstLine(request)), "peer": .string(request.peer.address)])
            },
            answered: { [logger, journal] request, route, status in
                if isDebugging {
                    logger.debug("HTTP response", metadata: ["line": .string("\(status)"), "peer": .string(request.peer.address)])
                }
                guard isAdmin, request.changesRecords, 200..<300 ~= status.code else { return }
                journal.info(
                    "changed",
                    metadata: [
                        "trace": .string(Service.trace(request)), "method": .string(request.method.rawValue), "route": .string(route),
                        "status": .stringConvertible(status.code), "peer": .string(request.peer.address),
                    ])
            })
    }

    /// Method and path. A query may hold a token, so only that there is one is shown.
    private static func firstLine(_ request: Request) -> String {
        let path = String(decoding: request.path.prefix(ServiceLimits.logValueBytesMax), as: UTF8.self)
        return "\(request.method.rawValue) \(path)\(request.query == nil ? "" : "?…")"
    }

    /// The trace of the request's `traceparent` (W3C Trace Context §3.2.2); a new one where it names none.
    static func trace(_ request: Request) -> String {
        let field = Array((request.fields["traceparent"] ?? "").utf8)
        // The version is two digits, and a dash stands before and after the trace.
        let (start, end) = (3, 3 + TraceID.digitCount)
        if field.count > end, field[start - 1] == UInt8(ascii: "-"), field[end] == UInt8(ascii: "-"), let trace = TraceID(parsing: field, at: start),
            !trace.isZero
        {
            return String(decoding: field[start..<end], as: UTF8.self)
        }
        return Hex.encode((0..<TraceID.digitCount / 2).map { _ in UInt8.random(in: 1...UInt8.max) })
    }
}

extension Request {
    fileprivate var changesRecords: Bool {
        switch method {
        case .put, .post, .patch, .delete: true
        case .get, .head, .options, .query, .trace: false
        }
    }
}
