package import HTTPKit
internal import SBI
package import Store

/// The answers of an administration resource. Nothing of them is to be kept by a cache: they name identities.
package enum AdminAnswer {
    package static func ok(_ json: [UInt8], _ tag: ETag? = nil) -> Response { answer(.ok, json, tag) }

    /// 200, or 304 for a reader who has it already.
    package static func read(_ json: [UInt8], _ tag: ETag, for request: Request) throws(Problem) -> Response {
        guard try Preconditions(request).isNotModified(current: tag) else { return answer(.ok, json, tag) }
        return Response(.notModified, fields: ["ETag": tag.description, "Cache-Control": "no-store"])
    }

    /// - Parameter path: of the new resource, encoded.
    package static func created(at path: String, _ json: [UInt8], _ tag: ETag) -> Response {
        var response = answer(.created, json, tag)
        response.fields.append("Location", path)
        return response
    }

    package static var deleted: Response { Response(.noContent, fields: ["Cache-Control": "no-store"]) }

    /// A path of a collection and the key below it, encoded: `/admin/v1/bindings/user@realm`.
    package static func path(_ collection: String, _ keys: String...) -> String {
        keys.reduce(collection) { "\($0)/\(PercentCoding.encodeSegment($1.utf8))" }
    }

    private static func answer(_ status: Status, _ json: [UInt8], _ tag: ETag?) -> Response {
        var fields: Fields = ["Cache-Control": "no-store"]
        if let tag { fields.append("ETag", tag.description) }
        return .json(status, fields: fields, json + [UInt8(ascii: "\n")])
    }
}

extension AdminAnswer {
    package static let notFound = Problem(.notFound, detail: "there is no such record", cause: "CONTEXT_NOT_FOUND")

    package static let preconditionFailed = Problem(.preconditionFailed, detail: "the record is not in the state that the request names")

    static func conflict(_ param: String, _ reason: String) -> Problem {
        Problem(.conflict, detail: "\(param) \(reason)", cause: "MODIFICATION_NOT_ALLOWED", invalidParams: [.init(param: param, reason: reason)])
    }

    package static func conflict(_ reason: String) -> Problem { Problem(.conflict, detail: reason, cause: "MODIFICATION_NOT_ALLOWED") }

    /// Asks the store, and makes a problem of its failure. The reason of the failure is for the log alone.
    package static func asking<Value: Sendable>(
        _ question: @autoclosure () async throws(StoreFailure) -> Value
    ) async throws(Problem) -> Value {
        do throws(StoreFailure) { return try await question() } catch { throw Problem(error) }
    }
}

extension Problem {
    fileprivate init(_ failure: StoreFailure) {
        switch failure.code {
        case .overloaded:
            self.init(.serviceUnavailable, detail: "too many requests wait for the store", cause: "NF_CONGESTION", fields: ["Retry-After": "1"])
        case .full: self.init(507, detail: "the disk is full", cause: "INSUFFICIENT_RESOURCES")
        case .unavailable, .failed, .damaged, .misuse: self.init(.internalServerError, detail: "the store failed", cause: "SYSTEM_FAILURE")
        }
    }
}
