internal import Base
package import HTTPKit
internal import SBI

/// `?limit=&cursor=` of a list. The cursor is the key of the last item of the page before, which is printable ASCII, in lower-case hexadecimal
/// digits. They mean nothing to a client, and no decoder of forms or URIs ever changes them.
package struct Page: Sendable {
    /// The query parameters of every list.
    package static let parameters = ["limit", "cursor"]

    /// 1 to 1000 items, 100 where the client does not say.
    package let limit: Int
    /// List what comes after this key.
    package let after: String?
    /// The filters of the list as they were sent, for the link to the next page.
    private let filters: [(name: String, value: String)]

    /// - Throws: 400
    /// - Parameter filters: the names of the query parameters that narrow the list.
    package init(_ request: Request, filters: [String] = []) throws(Problem) {
        if let text = try request.queryParameter("limit") {
            guard let number = Int(text), 1...ServiceLimits.pageItemsMax ~= number, text.utf8.first != UInt8(ascii: "+") else {
                throw .wrongQuery("limit", "is not a number from 1 to \(ServiceLimits.pageItemsMax)")
            }
            limit = number
        } else {
            limit = ServiceLimits.pageItemsDefault
        }
        let cursor = try request.queryParameter("cursor")
        after = try cursor.map { (cursor) throws(Problem) in
            guard 1...ServiceLimits.cursorBytesMax ~= cursor.utf8.count, let bytes = Hex.decode(cursor.utf8), Hex.encode(bytes) == cursor,
                bytes.allSatisfy({ 0x20...0x7e ~= $0 })
            else { throw .wrongQuery("cursor", "is not one that was given out") }
            return String(decoding: bytes, as: UTF8.self)
        }
        var named: [(name: String, value: String)] = []
        for name in filters { if let value = try request.queryParameter(name) { named.append((name, value)) } }
        self.filters = named
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
            response.fields.append("Link", "<\(path)?\(query(after: items[shown - 1].key))>; rel=\"next\"")
        }
        return response
    }

    /// The cursor last.
    private func query(after key: String) -> String {
        let filters = filters.map { "\($0.name)=\(Page.encoded($0.value))" }
        return (["limit=\(limit)"] + filters + ["cursor=\(Hex.encode(Array(key.utf8)))"]).joined(separator: "&")
    }

    /// A plus sign is encoded, too, because decoders of forms make a space of it.
    private static func encoded(_ value: String) -> String {
        PercentCoding.encodeSegment(value.utf8).split(separator: "+", omittingEmptySubsequences: false).joined(separator: "%2B")
    }
}
