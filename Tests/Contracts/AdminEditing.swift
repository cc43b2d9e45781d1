package import HTTPKit

/// What every record promises to those who edit it over the admin API: DESIGN §3, RFC 9110 §13, RFC 7396.
package struct AdminEditing: Sendable {
    let router: Router
    let path: String
    /// Of a record that is made, without `enabled`: `"services":["mcptt"]`.
    let content: String
    /// Members that a request must name to replace the record: the least there is.
    let least: String
    /// Members that bound what the record allows, as `content` has them.
    let bounds: [String]

    /// - Parameters:
    ///   - path: of a record that is not there.
    ///   - content: the members of a record that can be made, without `enabled`.
    package init(_ router: Router, _ path: String, content: String, least: String, bounds: [String] = []) {
        self.router = router
        self.path = path
        self.content = content
        self.least = least
        self.bounds = bounds
    }

    /// - Returns: a sentence for each promise that does not hold.
    package func breaches() async -> [String] {
        var breaches: [String] = []
        func expect(_ holds: Bool, _ sentence: String) { if !holds { breaches.append(sentence) } }
        expect(await patch("{}").status == .notFound, "a PATCH makes a record")
        expect(await put("{\(content)}").status == .created, "the record cannot be made")
        expect(member(await answer(.get), "enabled")?.bool == true, "a new record is not enabled")
        expect(await patch(#"{"enabled":false}"#).status == .ok, "a PATCH of one member is refused")
        let disabled = await answer(.get)
        expect(member(disabled, "enabled")?.bool == false, "a PATCH does not disable")
        for name in bounds { expect(member(disabled, name) != nil, "a PATCH of another member removes \(name)") }
        breaches += await ofLeavingOut()
        breaches += await ofPuttingBack()
        breaches += await ofPatches()
        expect(await answer(.get, query: "colour=red").status == .badRequest, "an unknown query parameter is ignored")
        return breaches
    }

    /// Nothing is switched on, and no bound is lifted, by leaving it out.
    private func ofLeavingOut() async -> [String] {
        var breaches: [String] = []
        let replaced = await put("{\(least)}")
        if replaced.status != .ok { breaches.append("the least content is refused") }
        if member(replaced, "enabled")?.bool != false { breaches.append("a PUT that does not name it switches the record on") }
        for name in bounds where member(replaced, name) == nil { breaches.append("a PUT that does not name it removes \(name)") }
        if member(await put("{\(least),\"enabled\":null}"), "enabled")?.bool != false { breaches.append("a null switches the record on") }
        return breaches
    }

    /// What was read can be written any number of times; a stale condition is told before anything else that is wrong.
    private func ofPuttingBack() async -> [String] {
        var breaches: [String] = []
        let read = await answer(.get)
        var tags = [read.fields["ETag"] ?? ""]
        for _ in 0..<3 {
            let back = await put(text(read))
            if back.status != .ok { breaches.append("what was read cannot be written back: \(text(back))") }
            tags.append(back.fields["ETag"] ?? "")
        }
        if Set(tags).count != tags.count { breaches.append("a PUT that was accepted leaves the entity tag as it was") }
        let stale: Fields = ["If-Match": tags[0]]
        for content in [text(read), "{}", "{", #"{"colour":1}"#] {
            if await put(content, stale).status != .preconditionFailed { breaches.append("a stale condition is not told first") }
        }
        if await put(text(read), ["If-Match": tags[tags.count - 1]]).status != .ok { breaches.append("a condition that holds is refused") }
        return breaches
    }

    private func ofPatches() async -> [String] {
        var breaches: [String] = []
        for content in ["[]", "1", "{", #"{"colour":1}"#, #"{"enabled":"yes"}"#, #"{"colour":null}"#] where await patch(content).status != .badRequest
        {
            breaches.append("a PATCH with \(content) is taken")
        }
        let typed = await answer(.patch, "{}", type: "application/json")
        if typed.status != .unsupportedMediaType || typed.fields["Accept-Patch"] != "application/merge-patch+json" {
            breaches.append("a PATCH of another media type is taken")
        }
        let before = await answer(.get)
        if await patch(#"{"updatedAt":1,"createdAt":"never"}"#).status != .ok { breaches.append("a PATCH of a read-only member is not ignored") }
        let after = await answer(.get)
        if before.fields["ETag"] == after.fields["ETag"] { breaches.append("a PATCH that was accepted leaves the entity tag as it was") }
        if member(before, "createdAt") != member(after, "createdAt") { breaches.append("a PATCH changes when the record was made") }
        for name in bounds {
            if await patch("{\"\(name)\":null}").status != .ok { breaches.append("a PATCH cannot remove \(name)") }
            if member(await answer(.get), name) != nil { breaches.append("a PATCH does not remove \(name)") }
        }
        if await patch(#"{"enabled":true}"#, ["If-Match": "\"stale\""]).status != .preconditionFailed {
            breaches.append("a PATCH does not look at its condition")
        }
        if member(await answer(.get), "enabled")?.bool != false { breaches.append("a refused PATCH has an effect") }
        return breaches
    }

    private func put(_ content: String, _ fields: Fields = [:]) async -> Response { await answer(.put, content, fields: fields) }

    private func patch(_ content: String, _ fields: Fields = [:]) async -> Response {
        await answer(.patch, content, type: "application/merge-patch+json", fields: fields)
    }

    private func answer(
        _ method: HTTPKit.Method, _ content: String = "", type: String = "application/json", query: String? = nil, fields: Fields = [:]
    ) async -> Response {
        var fields = fields
        if !content.isEmpty { fields.append("Content-Type", type) }
        return await router.answer(
            Request(method: method, path: Array(path.utf8), query: query.map { Array($0.utf8) }, fields: fields, body: Array(content.utf8)))
    }

    private func text(_ response: Response) -> String { String(decoding: response.body, as: UTF8.self) }

    private func member(_ response: Response, _ name: String) -> JSONValue? { (try? JSONValue(response.body))?[name] }
}
