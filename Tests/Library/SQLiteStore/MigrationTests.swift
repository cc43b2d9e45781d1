import Base
import Support
import Testing

@testable import SQLiteStore

@Suite struct MigrationTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func open(_ migrations: [Migration]) throws(SQLiteError) -> Database {
        try Database(path: directory.file("test.sqlite"), migrations: migrations) { _ in }
    }

    @Test func `migrations run once, in order`() async throws {
        let log = Guarded<[String]>([])
        let steps = ["1 first", "2 second", "3 third"].map { name in
            Migration(name) { _ in log.withLock { $0.append(name) } }
        }
        try await open(Array(steps.prefix(2))).close()
        #expect(log.withLock { $0 } == ["1 first", "2 second"])
        try await open(steps).close()
        try await open(steps).close()
        #expect(log.withLock { $0 } == ["1 first", "2 second", "3 third"])
    }

    @Test func `a file from a later version is refused`() async throws {
        let steps = [Migration("1 first") { _ in }, Migration("2 second") { _ in }]
        try await open(steps).close()
        let error = #expect(throws: SQLiteError(.schemaTooNew, "")) { try open(Array(steps.prefix(1))) }
        #expect(error?.reason == "\(directory.file("test.sqlite")) was written by a later version: it has the schema change \"2 second\"")
        try await open(steps).close()
    }

    @Test func `the file of another service is refused as what it is, not as one of a later version`() async throws {
        try await open([Migration("subscribers") { _ in }, Migration("more") { _ in }]).close()
        for own in [[Migration("bindings") { _ in }], []] {
            let error = #expect(throws: SQLiteError(.foreign, "")) { try open(own) }
            #expect(error?.reason.contains("is the database of another service: its schema begins with \"subscribers\"") == true)
        }
    }

    @Test func `a changed order and a double name are refused`() async throws {
        let steps = [Migration("1 first") { _ in }, Migration("2 second") { _ in }]
        try await open(steps).close()
        #expect(throws: SQLiteError(.misuse, "")) { try open(steps.reversed()) }
        #expect(throws: SQLiteError(.misuse, "")) { try open([steps[0], steps[0]]) }
    }

    @Test func `a migration that fails leaves nothing behind`() async throws {
        let bad = Migration("1 bad", sql: "CREATE TABLE t (x INTEGER) STRICT; CREATE TABLE nonsense;")
        let error = #expect(throws: SQLiteError(.misuse, "")) { try open([bad]) }
        #expect(error?.reason.hasPrefix("\(directory.file("test.sqlite")): migration \"1 bad\": ") == true)
        try await open([Migration("1 good", sql: "CREATE TABLE t (x INTEGER) STRICT")]).close()
    }
}
