package import HTTPKit
internal import SBI

/// `?limit=&cursor=` of a list. The cursor is the key of the last item of the page before; to a client it means nothing.
package struct Page: Sendable, Equatable {
    /// 1 to 1000 items, 100 where the client does not say.
    package let limit: Int
    /// List what comes after this key.
    package let after: String?

    /// - Throws: 400
    package init(_ request: Request) throws(Problem) {
        if let text = try request.queryParameter("limit") {
            guard let number = Int(text), 1...ServiceLimits.pageItemsMax ~= number, text.utf8.first != UInt8(ascii: "+") else {
                throw .invalid("query limit", "is not a number from 1 to \(ServiceLimits.pageItemsMax)", cause: "OPTIONAL_QUERY_PARAM_INCORRECT")
            }
            limit = number
        } else {
            limit = ServiceLimits.pageItemsDefault
        }
        let cursor = try request.queryParameter("cursor")
        if let cursor, !(1...ServiceLimits.cursorBytesMax ~= cursor.utf8.count) {
            throw .invalid("query cursor", "is not one that was given out", cause: "OPTIONAL_QUERY_PARAM_INCORRECT")
        }
        after = cursor
    }

    /// How many items to ask the store for: one more than are shown tells whether there is a next page.
    package var fetchCount: Int { limit + 1 }

    /// `{"bindings":[…]}`, with `Link: …; rel="next"` where there is more.
    ///
    /// - Parameters:
    ///   - member: the name of the array.
    ///   - items: up to `fetchCount` in the order of their keys; each a whole JSON value.
    ///   - path: of the collection.
    package func answer(_ member: String, _ items: [(key: String, json: [UInt8])], path: String) -> Response {
        var body = Array("{\"\(member)\":[".utf8)
        var shown = 0
        for item in items.prefix(limit) {
            // A page always moves on, however long its first item is.
            if shown > 0, body.count + item.json.count > ServiceLimits.adminAnswerBytesMax { break }
            if shown > 0 { body.append(UInt8(ascii: ",")) }
            body += item.json
            shown += 1
        }
        var response = AdminAnswer.ok(body + "]}".utf8)
        if shown > 0, shown < items.count {
            let cursor = PercentCoding.encodeSegment(items[shown - 1].key.utf8)
            response.fields.append("Link", "<\(path)?limit=\(limit)&cursor=\(cursor)>; rel=\"next\"")
        }
        return response
    }
}
