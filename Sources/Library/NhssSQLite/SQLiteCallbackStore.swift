package import Base
package import Callbacks
package import Nhss
package import SQLiteStore
package import Store

/// Callbacks in SQLite, in the file of a service: a trigger on the service's own tables notes in the same transaction that a user has to be looked
/// at again, whatever way the change took.
package struct SQLiteCallbackStore: CallbackStore {
    /// What the records of a service say about users.
    package struct Rules: Sendable {
        /// Whether the service would let the asker have vectors of the user.
        let isAllowed: @Sendable (Callback, Timestamp, Connection) throws(SQLiteError) -> Bool
        /// The users of callbacks whose time has ended after ?1 and not after ?2, at most ?3; nil where records have no time.
        let endings: StaticString?

        package init(
            endings: StaticString? = nil, isAllowed: @escaping @Sendable (Callback, Timestamp, Connection) throws(SQLiteError) -> Bool
        ) {
            self.endings = endings
            self.isAllowed = isAllowed
        }
    }

    private let database: Database
    private let rules: Rules
    private let judged = Guarded(Timestamp(microsecondsSince1970: 0))
    /// The callbacks that are kept, with their ends. See `Database` for why this is exact.
    private let known = BoundedCache<Callback, Timestamp>(countMax: CallbackLimits.knownMax)

    package init(_ database: Database, _ rules: Rules) {
        self.database = database
        self.rules = rules
    }

    package static let migration = Migration(
        "callbacks",
        sql: """
            CREATE TABLE callback (
                impi TEXT NOT NULL,
                asker TEXT NOT NULL,
                next_impi TEXT NOT NULL,
                next_system TEXT NOT NULL,
                uri TEXT NOT NULL,
                until INTEGER NOT NULL,
                is_changed INTEGER NOT NULL CHECK (is_changed IN (0, 1)),
                attempts INTEGER NOT NULL,
                due_at INTEGER,
                PRIMARY KEY (impi, asker, next_impi, next_system, uri)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX callback_of_asker ON callback (asker);
            CREATE INDEX callback_at_next ON callback (next_impi);
            CREATE INDEX callback_changed ON callback (is_changed) WHERE is_changed = 1;
            CREATE INDEX callback_due ON callback (due_at) WHERE due_at IS NOT NULL;
            CREATE INDEX callback_until ON callback (until);
            """)

    package func isKept(_ callback: Callback, at now: Timestamp) -> Bool {
        known.find(callback).map { now + CallbackLimits.registrationTime < $0 } ?? false
    }

    package func keep(_ callback: Callback, at now: Timestamp) async throws(StoreFailure) {
        let isKept = try await database.read("callback") { [known] (connection) throws(SQLiteError) in
            let until = try connection.row(
                """
                SELECT until FROM callback WHERE impi = ?1 AND asker = ?2 AND next_impi = ?3 AND next_system = ?4 AND uri = ?5 AND due_at IS NULL
                """, callback.impi, callback.asker, callback.nextImpi, callback.nextSystem, callback.uri
            ) { row throws(SQLiteError) in try row.get(0, as: Timestamp.self) }
            guard let until, now + CallbackLimits.registrationTime < until else { return false }
            known.keep(until, as: callback)
            return true
        }
        if isKept { return }
        // What has changed since the question was judged must not go unseen: so the user is looked at again.
        _ = try await database.write("keep callback") { (connection) throws(SQLiteError) in
            try connection.execute(
                """
                INSERT INTO callback (impi, asker, next_impi, next_system, uri, until, is_changed, attempts, due_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, 0, NULL)
                ON CONFLICT DO UPDATE SET until = excluded.until, is_changed = 1, attempts = 0, due_at = NULL
                """, callback.impi, callback.asker, callback.nextImpi, callback.nextSystem, callback.uri, now + CallbackLimits.keepTime)
        }
    }

    package func shutOut(_ nextImpi: IMPI, by system: SystemID?, at now: Timestamp) async throws(StoreFailure) {
        _ = try await database.write("shut out", ended: { [known] in known.forgetAll() }) { (connection) throws(SQLiteError) in
            try connection.execute(
                "UPDATE callback SET due_at = ?3, attempts = 0 WHERE next_impi = ?1 AND (?2 IS NULL OR next_system = ?2) AND due_at IS NULL",
                nextImpi, system, now)
        }
    }

    package func judge(at now: Timestamp) async throws(StoreFailure) {
        let before = judged.withLock { $0 }
        let ended = try await database.read("users to look at again") {
            [rules] (connection) throws(SQLiteError) -> (impis: [IMPI], isChanged: Bool) in
            var impis: [IMPI] = []
            if let endings = rules.endings {
                impis = try connection.rows(endings, before, now, CallbackLimits.judgedAtOnceMax) { row throws(SQLiteError) in try row.get(0) }
            }
            let isChanged = try connection.row("SELECT EXISTS (SELECT 1 FROM callback WHERE is_changed = 1)") { row throws(SQLiteError) in
                try row.get(0, as: Bool.self)
            }
            return (impis, isChanged ?? false)
        }
        if !ended.impis.isEmpty || ended.isChanged { try await look(ended.impis, at: now) }
        // Users who did not fit are found again.
        if ended.impis.count < CallbackLimits.judgedAtOnceMax { judged.withLock { $0 = now } }
    }

    private func look(_ ended: [IMPI], at now: Timestamp) async throws(StoreFailure) {
        try await database.write("look at users again", ended: { [known] in known.forgetAll() }) { [rules] (connection) throws(SQLiteError) in
            for impi in ended { try connection.execute("UPDATE callback SET is_changed = 1 WHERE impi = ?1", impi) }
            let changed = try connection.rows(
                "SELECT impi, asker, next_impi, next_system, uri FROM callback WHERE is_changed = 1 LIMIT ?1", CallbackLimits.judgedAtOnceMax,
                read: Self.callback)
            for callback in changed {
                let due: Timestamp? = try rules.isAllowed(callback, now, connection) ? nil : now
                try connection.execute(
                    """
                    UPDATE callback SET is_changed = 0, due_at = coalesce(due_at, ?6)
                    WHERE impi = ?1 AND asker = ?2 AND next_impi = ?3 AND next_system = ?4 AND uri = ?5
                    """, callback.impi, callback.asker, callback.nextImpi, callback.nextSystem, callback.uri, due)
            }
        }
    }

    package func due(at now: Timestamp, limit: Int) async throws(StoreFailure) -> [DueCallback] {
        let found = try await database.read("callbacks due") { (connection) throws(SQLiteError) -> (due: [DueCallback], isOver: Bool) in
            let due = try connection.rows(
                "SELECT impi, asker, next_impi, next_system, uri, attempts FROM callback WHERE due_at <= ?1 AND until > ?1 LIMIT ?2", now, limit
            ) { row throws(SQLiteError) in DueCallback(try Self.callback(row), attempts: try row.get(5)) }
            let isOver = try connection.row("SELECT EXISTS (SELECT 1 FROM callback WHERE until <= ?1)", now) { row throws(SQLiteError) in
                try row.get(0, as: Bool.self)
            }
            return (due, isOver ?? false)
        }
        if found.isOver {
            _ = try await database.write("callbacks that are over", ended: { [known] in known.forgetAll() }) { (connection) throws(SQLiteError) in
                try connection.execute("DELETE FROM callback WHERE until <= ?1", now)
            }
        }
        return found.due
    }

    package func settle(heard: [Callback], later: [(callback: Callback, at: Timestamp)]) async throws(StoreFailure) {
        try await database.write("settle callbacks") { (connection) throws(SQLiteError) in
            for callback in heard {
                try connection.execute(
                    """
                    DELETE FROM callback
                    WHERE impi = ?1 AND asker = ?2 AND next_impi = ?3 AND next_system = ?4 AND uri = ?5 AND due_at IS NOT NULL
                    """, callback.impi, callback.asker, callback.nextImpi, callback.nextSystem, callback.uri)
            }
            for (callback, moment) in later {
                try connection.execute(
                    """
                    UPDATE callback SET attempts = attempts + 1, due_at = ?6
                    WHERE impi = ?1 AND asker = ?2 AND next_impi = ?3 AND next_system = ?4 AND uri = ?5 AND due_at IS NOT NULL
                    """, callback.impi, callback.asker, callback.nextImpi, callback.nextSystem, callback.uri, moment)
            }
        }
    }

    package func nextSystems() async throws(StoreFailure) -> [SystemID] {
        try await database.read("systems of callbacks") { (connection) throws(SQLiteError) in
            try connection.rows("SELECT DISTINCT next_system FROM callback LIMIT 10000") { row throws(SQLiteError) in try row.get(0) }
        }
    }

    private static func callback(_ row: Row) throws(SQLiteError) -> Callback {
        Callback(impi: try row.get(0), asker: try row.get(1), nextImpi: try row.get(2), nextSystem: try row.get(3), uri: try row.get(4))
    }
}
