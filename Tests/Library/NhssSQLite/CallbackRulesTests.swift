import Base
import Callbacks
import Nhss
import NhssSQLite
import SQLiteStore
import Store
import Support
import Testing

/// How the records of a service decide which notices of `SQLiteCallbackStore` are due.
@Suite struct CallbackRulesTests {
    /// A service with one kind of record: the identities that users have, and until when.
    final class Records: Sendable {
        let directory: TemporaryDirectory
        let store: SQLiteCallbackStore
        let database: Database

        static let migration = Migration(
            "records",
            sql: """
                CREATE TABLE record (impi TEXT PRIMARY KEY, identities TEXT NOT NULL, not_after INTEGER) STRICT;
                CREATE TRIGGER record_deleted AFTER DELETE ON record BEGIN UPDATE callback SET is_changed = 1 WHERE impi = old.impi; END;
                CREATE TRIGGER record_inserted AFTER INSERT ON record BEGIN UPDATE callback SET is_changed = 1 WHERE impi = new.impi; END;
                CREATE TRIGGER record_updated AFTER UPDATE ON record BEGIN UPDATE callback SET is_changed = 1 WHERE impi = new.impi; END;
                """)

        init(in directory: TemporaryDirectory? = nil) throws {
            self.directory = try directory ?? TemporaryDirectory()
            database = try Database.open(self.directory.file("records.sqlite"), migrations: [SQLiteCallbackStore.migration, Self.migration]) { _ in }
            let rules = SQLiteCallbackStore.Rules(
                endings: """
                    SELECT DISTINCT impi FROM callback JOIN record USING (impi) WHERE not_after >= ?1 AND not_after < ?2 AND due_at IS NULL LIMIT ?3
                    """
            ) { (callback, now, connection) throws(SQLiteError) in
                try connection.row(
                    "SELECT identities FROM record WHERE impi = ?1 AND (not_after IS NULL OR not_after >= ?2)", callback.impi, now
                ) { row throws(SQLiteError) in try row.get(0, as: GrantedIdentities.self) }
            }
            store = SQLiteCallbackStore(database, rules)
        }

        func put(_ user: Int, _ identities: GrantedIdentities = GrantedIdentities(), until end: Timestamp? = nil) async throws {
            let impi = try IMPI("user\(user)@primary.example")
            _ = try await database.write("put") { (connection) throws(SQLiteError) in
                try connection.execute(
                    """
                    INSERT INTO record (impi, identities, not_after) VALUES (?1, ?2, ?3)
                    ON CONFLICT DO UPDATE SET identities = excluded.identities, not_after = excluded.not_after
                    """, impi, identities, end)
            }
        }

        func delete(_ user: Int) async throws {
            let impi = try IMPI("user\(user)@primary.example")
            _ = try await database.write("delete") { (connection) throws(SQLiteError) in
                try connection.execute("DELETE FROM record WHERE impi = ?1", impi)
            }
        }

        func keep(_ user: Int, _ identities: GrantedIdentities = GrantedIdentities(), at now: Timestamp) async throws -> KeepOutcome {
            try await store.keep(try CallbackRulesTests.callback(user), granting: identities, at: now, unless: { false })
        }

        /// Why notices are due.
        func reasons(at now: Timestamp) async throws -> [DeregistrationReason] {
            while try await store.judge(at: now).hasMore {}
            let taken = try await store.take(try CallbackRulesTests.callback(1).lane, at: now, limit: 8)
            try await store.settle(heard: [], later: taken.map { (callback: $0.callback, at: now) })
            return taken.map(\.reason)
        }

        /// The users about whom notices are due.
        func due(at now: Timestamp) async throws -> Set<IMPI> {
            while try await store.judge(at: now).hasMore {}
            let taken = try await store.take(try CallbackRulesTests.callback(1).lane, at: now, limit: 5_000).map(\.callback)
            try await store.settle(heard: [], later: taken.map { (callback: $0, at: now) })
            return Set(taken.map(\.impi))
        }
    }

    static func callback(_ user: Int) throws -> Callback {
        let impi = try IMPI("user\(user)@primary.example")
        return Callback(
            impi: impi, asker: try SystemID("primary.example"), nextImpi: impi, nextSystem: try SystemID("primary.example"),
            uri: "http://127.0.0.1:1/x")
    }

    let start = Timestamp.now()
    let first: AssociatedIdentity
    let second: AssociatedIdentity

    init() throws {
        first = AssociatedIdentity(try IMPU("sip:user1@primary.example"))
        second = AssociatedIdentity(try IMPU("tel:+15550100"))
    }

    @Test func `a record that goes away shuts its user out, and one that comes again lets them in`() async throws {
        let records = try Records()
        for user in 1...2 {
            try await records.put(user)
            #expect(try await records.keep(user, at: start) == .kept)
        }
        #expect(try await records.due(at: start).isEmpty)
        try await records.delete(1)
        #expect(try await records.due(at: start) == [IMPI("user1@primary.example")])
        try await records.put(1)
        #expect(try await records.due(at: start).isEmpty, "the old notice is not sent any more")
        await records.database.close()
    }

    @Test func `a change of the records is seen even if nobody has looked since, and after a restart`() async throws {
        let directory = try TemporaryDirectory()
        let before = try Records(in: directory)
        try await before.put(1)
        _ = try await before.keep(1, at: start)
        try await before.delete(1)
        await before.database.close()
        let after = try Records(in: directory)
        #expect(try await after.due(at: start) == [IMPI("user1@primary.example")])
        await after.database.close()
        let again = try Records(in: directory)
        #expect(try await again.due(at: start) == [IMPI("user1@primary.example")], "what was taken and not settled is due again")
        await again.database.close()
    }

    @Test func `a change between the decision and the keeping is seen`() async throws {
        let records = try Records()
        #expect(try await records.keep(1, at: start) == .kept, "the record has gone since the question was judged")
        #expect(try await records.due(at: start) == [IMPI("user1@primary.example")])
        await records.database.close()
    }

    @Test(arguments: [
        ([0], [0, 1], false), ([0, 1], [1, 0], false), ([0, 1], [0], true), ([0, 1], [], true), ([], [0], false), ([0, 2], [0, 1], false),
        ([0, 1], [0, 2], true), ([0, 2], [0], true), ([0, 2], [0, 2], false),
    ]) func `an identity that is taken away or newly barred shuts its user out`(granted: [Int], left: [Int], isEnd: Bool) async throws {
        // 2 is 1, barred.
        let all = [first, second, AssociatedIdentity(second.impu, isBarred: true)]
        let records = try Records()
        let before = GrantedIdentities(granted.map { all[$0] })
        try await records.put(1, before)
        _ = try await records.keep(1, before, at: start)
        #expect(try await records.due(at: start).isEmpty)
        try await records.put(1, GrantedIdentities(left.map { all[$0] }))
        #expect(try await records.due(at: start).isEmpty == !isEnd)
        await records.database.close()
    }

    @Test func `a user who has lost an identity may come again, one who is not let in may not`() async throws {
        let records = try Records()
        try await records.put(1, GrantedIdentities([first, second]))
        _ = try await records.keep(1, GrantedIdentities([first, second]), at: start)
        try await records.put(1, GrantedIdentities([first]))
        #expect(try await records.reasons(at: start) == [.serverChange])
        try await records.delete(1)
        #expect(try await records.reasons(at: start) == [.permanentTermination])
        try await records.put(1, GrantedIdentities([first, second]))
        #expect(try await records.reasons(at: start).isEmpty)
        try await records.put(1, GrantedIdentities([second]))
        #expect(try await records.reasons(at: start) == [.serverChange], "what was due in between is over")
        await records.database.close()
    }

    @Test func `a question that comes before anybody has looked does not hide what was taken away`() async throws {
        let records = try Records()
        try await records.put(1, GrantedIdentities([first, second]))
        _ = try await records.keep(1, GrantedIdentities([first, second]), at: start)
        #expect(try await records.due(at: start).isEmpty)
        try await records.put(1, GrantedIdentities([first]))
        #expect(try await records.keep(1, GrantedIdentities([first]), at: start) == .kept)
        #expect(try await records.due(at: start) == [IMPI("user1@primary.example")], "the second identity is still registered")
        await records.database.close()
    }

    @Test func `a question does not make a user unheard of whom the records still shut out`() async throws {
        let records = try Records()
        try await records.put(1)
        _ = try await records.keep(1, at: start)
        try await records.delete(1)
        #expect(try await records.due(at: start).count == 1)
        // Its answer was decided before the record went.
        #expect(try await records.keep(1, at: start) == .kept)
        #expect(try await records.due(at: start).count == 1)
        await records.database.close()
    }

    @Test func `a word of the next hop stays due, whatever the records say`() async throws {
        let records = try Records()
        try await records.put(1)
        _ = try await records.keep(1, at: start)
        try await records.store.shutOut(IMPI("user1@primary.example"), by: nil, for: .permanentTermination, at: start)
        try await records.put(1)
        #expect(try await records.due(at: start).count == 1)
        _ = try await records.keep(1, at: start)
        #expect(try await records.due(at: start).isEmpty, "it has let the user in again")
        await records.database.close()
    }

    @Test(arguments: [Duration.zero, .microseconds(1), .seconds(1)]) func `a record that ends by itself shuts its user out`(late: Duration)
        async throws
    {
        let records = try Records()
        let end = start + .seconds(100)
        try await records.put(1, until: end)
        try await records.put(2, until: end + .seconds(100))
        for user in 1...2 { _ = try await records.keep(user, at: start) }
        #expect(try await records.due(at: start).isEmpty)
        // The last moment at which the record holds, and then one after it, however near.
        #expect(try await records.due(at: end).isEmpty)
        let after = end + max(late, .microseconds(1))
        #expect(try await records.due(at: after) == [IMPI("user1@primary.example")])
        #expect(try await records.due(at: end + .seconds(200)).count == 2)
        await records.database.close()
    }

    @Test func `more users than one look takes are all looked at`() async throws {
        let records = try Records()
        let start = start
        let count = CallbackLimits.judgedAtOnceMax + 10
        try await withThrowingTaskGroup(of: Void.self) { group in
            for user in 1...count {
                group.addTask {
                    try await records.put(user, until: user == 1 ? nil : start + .seconds(1))
                    _ = try await records.keep(user, at: start)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await records.store.judge(at: start).hasMore)
        #expect(try await !records.store.judge(at: start).hasMore)
        #expect(try await records.store.judge(at: start + .seconds(2)).hasMore)
        #expect(try await !records.store.judge(at: start + .seconds(2)).hasMore)
        #expect(try await records.store.judge(at: start + .seconds(2)).pending == count - 1)
        await records.database.close()
    }
}
