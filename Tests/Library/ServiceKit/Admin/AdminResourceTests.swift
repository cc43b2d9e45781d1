import Base
import Contracts
import HTTPKit
import Store
import Testing

@testable import ServiceKit

/// Notes by number, in memory: the smallest resource there can be.
private final class NoteResource: AdminResource {
    struct Note: Sendable {
        let number: String
        let text: String
    }

    static let path = "/admin/v1/notes"
    static let listMember = "notes"

    private struct State {
        var notes = MemoryTable<Note>()
        var failure: StoreFailure?
        var outcome: PutOutcome<Note>?
        var deletion: DeleteOutcome?
        var current: [String?] = []
    }

    private let state = Guarded(State())

    /// The next calls fail.
    func fail(_ code: StoreFailure.Code) { state.withLock { $0.failure = StoreFailure(code, "secret reason") } }
    /// The next PUT ends so.
    func answer(_ outcome: PutOutcome<Note>) { state.withLock { $0.outcome = outcome } }
    func answer(_ deletion: DeleteOutcome) { state.withLock { $0.deletion = deletion } }
    /// What drafts were told is there.
    var current: [String?] { state.withLock { $0.current } }

    private func asked<Answer: Sendable>(_ body: (inout State) -> Answer) throws(StoreFailure) -> Answer {
        try state.withLock { (state) throws(StoreFailure) in
            if let failure = state.failure { throw failure }
            return body(&state)
        }
    }

    func segments(of note: Note) -> [String] { [note.number] }
    func json(_ stored: Stored<Note>) -> [UInt8] { Array("{\"text\":\"\(stored.record.text)\"}".utf8) }

    func records(_ selection: RecordSelection, countMax: Int) async throws(StoreFailure) -> [Stored<Note>] {
        try asked { $0.notes.page(after: selection.after, limit: countMax) }
    }

    func record(_ number: String) async throws(StoreFailure) -> Stored<Note>? { try asked { $0.notes[number] } }

    func draft(_ body: inout AdminBody, at number: String, replacing current: Stored<Note>?) throws(Problem) -> Note {
        state.withLock { $0.current.append(current?.record.text) }
        let text = body.string("text")
        try body.finish()
        return Note(number: number, text: text)
    }

    func put(_ note: Note, _ change: Change) async throws(StoreFailure) -> PutOutcome<Note> {
        try asked { state in state.outcome ?? state.notes.put(note.number, change) { _ in note } }
    }

    func delete(_ number: String, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        try asked { state in state.deletion ?? state.notes.delete(number, change) }
    }
}

@Suite struct AdminResourceTests {
    private let notes = NoteResource()

    private func answer(
        _ method: HTTPKit.Method, _ path: String = "/7", _ content: String = "", query: String? = nil, type: String = "application/json",
        fields: Fields = [:]
    ) async -> Response {
        var routes = AdminRouter(asking: LocalAdministrator())
        routes.add(notes, "{number}", String.self) { $0 }
        var fields = fields
        if !content.isEmpty { fields.append("Content-Type", type) }
        return await routes.router.answer(
            Request(
                method: method, path: Array((NoteResource.path + path).utf8), query: query.map { Array($0.utf8) }, fields: fields,
                body: Array(content.utf8)))
    }

    @Test func `a record is created where it is put, read, replaced and deleted`() async {
        let created = await answer(.put, "/7", #"{"text":"a"}"#)
        #expect(created.status == .created && created.fields["Location"] == "/admin/v1/notes/7" && created.text == "{\"text\":\"a\"}\n")
        let read = await answer(.get)
        #expect(read.status == .ok && read.text == created.text && read.fields["ETag"] == created.fields["ETag"])
        let replaced = await answer(.put, "/7", #"{"text":"b"}"#)
        #expect(replaced.status == .ok && replaced.fields["Location"] == nil && replaced.fields["ETag"] != read.fields["ETag"])
        #expect(notes.current == [nil, "a"], "who reads the content is told what is there")
        #expect(await answer(.delete).status == .noContent)
        #expect(await answer(.get).status == .notFound)
        #expect(await answer(.delete).status == .notFound)
    }

    @Test func `a list comes in pages that lead on`() async {
        for number in 1...3 { _ = await answer(.put, "/\(number)", #"{"text":"t\#(number)"}"#) }
        let first = await answer(.get, "", query: "limit=2")
        #expect(first.text == "{\"notes\":[{\"text\":\"t1\"},{\"text\":\"t2\"}]}\n")
        #expect(first.fields["Link"] == "</admin/v1/notes?limit=2&cursor=32>; rel=\"next\"")
        let last = await answer(.get, "", query: "limit=2&cursor=32")
        #expect(last.text == "{\"notes\":[{\"text\":\"t3\"}]}\n" && last.fields["Link"] == nil)
        #expect(await answer(.get, "", query: "limit=0").status == .badRequest)
        #expect(await answer(.get, "", query: "txet=t1").status == .badRequest)
        #expect(await answer(.get, "/1", query: "limit=1").status == .badRequest, "one record has no pages")
        #expect(await answer(.delete, "/1", query: "dryRun=true").status == .badRequest)
        #expect(await answer(.get, "/1").status == .ok, "nothing was deleted")
    }

    @Test func `conditions are honoured`() async {
        let created = await answer(.put, "/7", #"{"text":"a"}"#, fields: ["If-None-Match": "*"])
        let tag = created.fields["ETag"] ?? ""
        #expect(await answer(.put, "/7", #"{"text":"b"}"#, fields: ["If-None-Match": "*"]).status == .preconditionFailed)
        #expect(await answer(.put, "/7", #"{"text":"b"}"#, fields: ["If-Match": "\"stale\""]).status == .preconditionFailed)
        #expect(await answer(.delete, fields: ["If-Match": "\"stale\""]).status == .preconditionFailed)
        #expect(await answer(.put, "/7", #"{"text":"b"}"#, fields: ["If-Match": "no tag"]).status == .badRequest)
        #expect(await answer(.get, fields: ["If-None-Match": tag]).status == .notModified)
        #expect(await answer(.put, "/7", #"{"text":"b"}"#, fields: ["If-Match": tag]).status == .ok)
    }

    @Test func `the condition comes before the content, and the media type before the condition`() async {
        _ = await answer(.put, "/7", #"{"text":"a"}"#)
        let stale: Fields = ["If-Match": "\"stale\""]
        for content in ["{}", "{", "[]", #"{"text":1}"#] {
            #expect(await answer(.put, "/7", content, fields: stale).status == .preconditionFailed)
            #expect(await answer(.patch, "/7", content, type: "application/merge-patch+json", fields: stale).status == .preconditionFailed)
            #expect(await answer(.put, "/8", content, fields: ["If-Match": "*"]).status == .preconditionFailed)
        }
        #expect(await answer(.put, "/7", "{}", type: "text/plain", fields: stale).status == .unsupportedMediaType)
        #expect(await answer(.patch, "/8", "{}", type: "application/merge-patch+json", fields: stale).status == .notFound)
        #expect(await answer(.delete, "/8", fields: stale).status == .notFound)
    }

    @Test func `a change that another one keeps overtaking ends in the end`() async {
        notes.answer(PutOutcome.preconditionFailed)
        let response = await answer(.put, "/7", #"{"text":"a"}"#)
        #expect(response.status == .serviceUnavailable && response.fields["Retry-After"] == "1")
    }

    @Test func `content that is wrong, or of another kind, is refused`() async {
        #expect(await answer(.put, "/7", "{}").status == .badRequest)
        #expect(await answer(.put, "/7", #"{"text":"a"}"#, type: "text/plain").status == .unsupportedMediaType)
        #expect(await answer(.get).status == .notFound)
    }

    @Test func `what a store finds wrong is named`() async {
        notes.answer(.conflict(param: "/text", reason: "is another's"))
        let conflict = await answer(.put, "/7", #"{"text":"a"}"#)
        #expect(conflict.status == .conflict && conflict.text.contains("\"cause\":\"MODIFICATION_NOT_ALLOWED\""))
        #expect(conflict.text.contains(#""invalidParams":[{"param":"/text","reason":"is another's"}]"#))
        notes.answer(.invalid(param: "/text", reason: "cannot be"))
        #expect(await answer(.put, "/7", #"{"text":"a"}"#).status == .badRequest)
        notes.answer(DeleteOutcome.conflict(reason: "somebody needs it"))
        let kept = await answer(.delete)
        #expect(kept.status == .conflict && kept.text.contains("somebody needs it"))
    }

    @Test(
        arguments: zip(
            StoreFailure.Code.allCases,
            [(503, "NF_CONGESTION"), (507, "INSUFFICIENT_RESOURCES")] + Array(repeating: (500, "SYSTEM_FAILURE"), count: 4))
    ) func `a store that fails is a problem whose reason stays here`(_ code: StoreFailure.Code, _ expected: (Int, String)) async {
        notes.fail(code)
        for (method, path, content) in [
            (HTTPKit.Method.get, "", ""), (.get, "/7", ""), (.put, "/7", #"{"text":"a"}"#), (.patch, "/7", "{}"), (.delete, "/7", ""),
        ] {
            let response = await answer(method, path, content, type: method == .patch ? "application/merge-patch+json" : "application/json")
            #expect(response.status.code == expected.0)
            #expect(response.text.contains("\"cause\":\"\(expected.1)\""))
            #expect(!response.text.contains("secret reason"))
            #expect((response.fields["Retry-After"] == "1") == (code == .overloaded))
        }
    }
}
