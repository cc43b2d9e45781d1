package import HTTPKit
package import Store

/// The answers of an administration resource. Nothing of them is to be kept by a cache: they name identities.
package enum AdminAnswer {
    package static func ok(_ json: [UInt8]) -> Response { answer(.ok, json, nil) }

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

    package static func replaced(_ json: [UInt8], _ tag: ETag) -> Response { answer(.ok, json, tag) }

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
