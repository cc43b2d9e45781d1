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
        /// The identities that the asker would be granted now; nil where the service would not let the asker have vectors of the user.
        let granted: @Sendable (Callback, Timestamp, Connection) throws(SQLiteError) -> GrantedIdentities?
        /// The users of callbacks whose records were last valid at or after ?1 and before ?2, at most ?3; nil where records have no time.
        let endings: StaticString?

        package init(
            endings: StaticString? = nil, granted: @escaping @Sendable (Callback, Timestamp, Connection) throws(SQLiteError) -> GrantedIdentities?
        ) {
            self.endings = endings
            self.granted = granted
        }

        /// Of a service that leaves it to the next hop who is let in.
        package static let none = Rules { (_, _, _) throws(SQLiteError) in GrantedIdentities() }
    }

    /// A callback that is remembered as kept, with what the answer granted.
    private struct Known {
        let until: Timestamp
        let granted: GrantedIdentities
    }

    let database: Database
    let rules: Rules
    private let judged = Guarded(Timestamp(microsecondsSince1970: 0))
    /// The callbacks that are kept. See `Database` for why this is exact.
    private let known = BoundedCache<Callback, Known>(countMax: CallbackLimits.knownMax)
    /// Those whose notices are being sent. What puts them there runs on the database thread, so a callback that is kept is kept before or after.
    private let underWay = Guarded<Set<Callback>>([])

    package init(_ database: Database, _ rules: Rules) {
        self.database = database
        self.rules = rules
    }

    /// `is_changed`: the records of the user have changed, and nobody has looked at them since. `is_refused`: the next hop lets the user in no more.
    /// `is_less`: the next hop has taken an identity away. `is_final`: the records of this service let the user in no more, and not only with less.
    package static let migration = Migration(
        "callbacks",
        sql: """
            CREATE TABLE callback (
                impi TEXT NOT NULL,
                asker TEXT NOT NULL,
                next_impi TEXT NOT NULL,
                next_system TEXT NOT NULL,
                uri TEXT NOT NULL,
                granted TEXT NOT NULL,
                until INTEGER NOT NULL,
                is_changed INTEGER NOT NULL CHECK (is_changed IN (0, 1)),
                is_refused INTEGER NOT NULL CHECK (is_refused IN (0, 1)),
                is_less INTEGER NOT NULL CHECK (is_less IN (0, 1)),
                is_final INTEGER NOT NULL CHECK (is_final IN (0, 1)),
                attempts INTEGER NOT NULL,
                due_at INTEGER,
                PRIMARY KEY (impi, asker, next_impi, next_system, uri)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX callback_of_asker ON callback (asker);
            CREATE INDEX callback_at_next ON callback (next_impi);
            CREATE INDEX callback_changed ON callback (is_changed) WHERE is_changed = 1;
            CREATE INDEX callback_due ON callback (asker, uri, due_at) WHERE due_at IS NOT NULL;
            CREATE INDEX callback_until ON callback (until);
            """)

    // MARK: keeping

    package func isKept(_ callback: Callback, granting identities: GrantedIdentities, at now: Timestamp) -> Bool {
        guard let known = known.find(callback) else { return false }
        return now + CallbackLimits.registrationTime < known.until && known.granted == identities
    }

    package func keep(
        _ callback: Callback, granting identities: GrantedIdentities, at now: Timestamp, unless isVoid: @escaping @Sendable () -> Bool
    ) async throws(StoreFailure) -> KeepOutcome {
        let found = try await database.read("callback") { [known, underWay] (connection) throws(SQLiteError) -> KeepOutcome? in
            if isVoid() { return .void }
            if underWay.withLock({ $0.contains(callback) }) { return .noticeUnderWay }
            let row = try connection.row(
                """
                SELECT until, granted FROM callback
                WHERE impi = ?1 AND asker = ?2 AND next_impi = ?3 AND next_system = ?4 AND uri = ?5 AND due_at IS NULL
                """, callback.impi, callback.asker, callback.nextImpi, callback.nextSystem, callback.uri
            ) { row throws(SQLiteError) in (until: try row.get(0, as: Timestamp.self), granted: try row.get(1, as: GrantedIdentities.self)) }
            guard let row, now + CallbackLimits.registrationTime < row.until, identities.isWithin(row.granted) else { return nil }
            known.keep(Known(until: row.until, granted: identities), as: callback)
            return .kept
        }
        if let found { return found }
        let displaced = Guarded<Callback?>(nil)
        return try await database.write(
            "keep callback", ended: { [known] in if let callback = displaced.withLock({ $0 }) { known.forget(callback) } }
        ) { [underWay] (connection) throws(SQLiteError) in
            if isVoid() { return .void }
            if underWay.withLock({ $0.contains(callback) }) { return .noticeUnderWay }
            let other = try Self.write(callback, granting: identities, at: now, connection)
            displaced.withLock { $0 = other }
            return .kept
        }
    }

    /// What has changed since the question was judged must not go unseen: so the user is looked at again.
    ///
    /// - Returns: the callback that gave way to it.
    private static func write(
        _ callback: Callback, granting identities: GrantedIdentities, at now: Timestamp, _ connection: Connection
    ) throws(SQLiteError) -> Callback? {
        let before = try connection.row(
            "SELECT granted FROM callback WHERE impi = ?1 AND asker = ?2 AND next_impi = ?3 AND next_system = ?4 AND uri = ?5", callback.impi,
            callback.asker, callback.nextImpi, callback.nextSystem, callback.uri
        ) { row throws(SQLiteError) in try row.get(0, as: GrantedIdentities.self) }
        let displaced = before == nil ? try makeRoom(for: callback, connection) : nil
        try connection.execute(
            """
            INSERT INTO callback
                (impi, asker, next_impi, next_system, uri, granted, until, is_changed, is_refused, is_less, is_final, attempts, due_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, 0, 0, 0, 0, NULL)
            ON CONFLICT DO UPDATE SET granted = excluded.granted, until = excluded.until, is_changed = 1, is_refused = 0
            """, callback.impi, callback.asker, callback.nextImpi, callback.nextSystem, callback.uri,
            before.map { $0.union(identities) } ?? identities, now + CallbackLimits.keepTime)
        return displaced
    }

    private static func makeRoom(for callback: Callback, _ connection: Connection) throws(SQLiteError) -> Callback? {
        let count = try connection.row("SELECT count(*) FROM callback WHERE impi = ?1 AND asker = ?2", callback.impi, callback.asker) {
            row throws(SQLiteError) in
            try row.get(0, as: Int.self)
        }
        guard let count, count >= CallbackLimits.addressesPerUserMax else { return nil }
        return try connection.row(
            """
            DELETE FROM callback WHERE (impi, asker, next_impi, next_system, uri) IN (
                SELECT impi, asker, next_impi, next_system, uri FROM callback WHERE impi = ?1 AND asker = ?2 ORDER BY until LIMIT 1)
            RETURNING impi, asker, next_impi, next_system, uri
            """, callback.impi, callback.asker, read: Self.callback)
    }

    // MARK: who is shut out

    package func shutOut(
        _ nextImpi: IMPI, by system: SystemID?, for reason: DeregistrationReason, at now: Timestamp
    ) async throws(StoreFailure) {
        _ = try await database.write("shut out", ended: { [known] in known.forgetAll() }) { (connection) throws(SQLiteError) in
            try connection.execute(
                """
                UPDATE callback SET due_at = coalesce(due_at, ?3), is_refused = max(is_refused, ?4), is_less = max(is_less, NOT ?4)
                WHERE next_impi = ?1 AND (?2 IS NULL OR next_system = ?2)
                """, nextImpi, system, now, reason == .permanentTermination)
        }
    }

    package func judge(at now: Timestamp) async throws(StoreFailure) -> CallbackJudgement {
        let before = judged.withLock { $0 }
        let found = try await database.read("users to look at again") {
            [rules] (connection) throws(SQLiteError) -> (ended: [IMPI], isChanged: Bool, isOver: Bool, pending: Int) in
            var ended: [IMPI] = []
            if let endings = rules.endings {
                ended = try connection.rows(endings, before, now, CallbackLimits.judgedAtOnceMax) { row throws(SQLiteError) in try row.get(0) }
            }
            let counts = try connection.row(
                """
                SELECT EXISTS (SELECT 1 FROM callback WHERE is_changed = 1), EXISTS (SELECT 1 FROM callback WHERE until <= ?1),
                    (SELECT count(*) FROM (SELECT 1 FROM callback WHERE due_at IS NOT NULL LIMIT ?2))
                """, now, CallbackLimits.countedMax
            ) { row throws(SQLiteError) in
                (isChanged: try row.get(0, as: Bool.self), isOver: try row.get(1, as: Bool.self), pending: try row.get(2, as: Int.self))
            }
            return (ended, counts?.isChanged ?? false, counts?.isOver ?? false, counts?.pending ?? 0)
        }
        let expired = found.isOver ? try await removeExpired(at: now) : 0
        let looked = found.ended.isEmpty && !found.isChanged ? 0 : try await look(found.ended, at: now)
        // Users who did not fit are found again.
        if found.ended.count < CallbackLimits.judgedAtOnceMax { judged.withLock { $0 = now } }
        return CallbackJudgement(pending: found.pending, expired: expired, hasMore: looked >= CallbackLimits.judgedAtOnceMax)
    }

    private func look(_ ended: [IMPI], at now: Timestamp) async throws(StoreFailure) -> Int {
        try await database.write("look at users again", ended: { [known] in known.forgetAll() }) { [rules] (connection) throws(SQLiteError) in
            for impi in ended { try connection.execute("UPDATE callback SET is_changed = 1 WHERE impi = ?1", impi) }
            let changed = try connection.rows(
                "SELECT impi, asker, next_impi, next_system, uri, granted FROM callback WHERE is_changed = 1 LIMIT ?1",
                CallbackLimits.judgedAtOnceMax
            ) { row throws(SQLiteError) in (callback: try Self.callback(row), granted: try row.get(5, as: GrantedIdentities.self)) }
            for (callback, granted) in changed {
                let current = try rules.granted(callback, now, connection)
                try Self.note(current.map(granted.isWithin) ?? false, isFinal: current == nil, callback, at: now, connection)
            }
            return changed.count
        }
    }

    /// A notice of the next hop stays due until the next hop has let the user in again, or where it has taken an identity away until it is heard.
    private static func note(
        _ isAllowed: Bool, isFinal: Bool, _ callback: Callback, at now: Timestamp, _ connection: Connection
    ) throws(SQLiteError) {
        try connection.execute(
            """
            UPDATE callback SET is_changed = 0,
                due_at = CASE WHEN NOT ?6 THEN coalesce(due_at, ?7) WHEN is_refused OR is_less THEN due_at END,
                attempts = CASE WHEN due_at IS NULL THEN 0 ELSE attempts END, is_final = ?8
            WHERE impi = ?1 AND asker = ?2 AND next_impi = ?3 AND next_system = ?4 AND uri = ?5
            """, callback.impi, callback.asker, callback.nextImpi, callback.nextSystem, callback.uri, isAllowed, now, isFinal)
    }

    /// - Returns: how many of them were due.
    private func removeExpired(at now: Timestamp) async throws(StoreFailure) -> Int {
        try await database.write("callbacks that are over", ended: { [known] in known.forgetAll() }) { (connection) throws(SQLiteError) in
            let due = try connection.row("SELECT count(*) FROM callback WHERE until <= ?1 AND due_at IS NOT NULL", now) { row throws(SQLiteError) in
                try row.get(0, as: Int.self)
            }
            try connection.execute("DELETE FROM callback WHERE until <= ?1", now)
            return due ?? 0
        }
    }

    package func nextSystems() async throws(StoreFailure) -> [SystemID] {
        try await database.read("systems of callbacks") { (connection) throws(SQLiteError) in
            try connection.rows("SELECT DISTINCT next_system FROM callback LIMIT 10000") { row throws(SQLiteError) in try row.get(0) }
        }
    }

    static func callback(_ row: Row) throws(SQLiteError) -> Callback {
        Callback(impi: try row.get(0), asker: try row.get(1), nextImpi: try row.get(2), nextSystem: try row.get(3), uri: try row.get(4))
    }
}

// MARK: telling

extension SQLiteCallbackStore {
    package func lanes(at now: Timestamp, without: Set<CallbackLane>, perAskerMax: Int) async throws(StoreFailure) -> [CallbackLane] {
        try await database.read("lanes with callbacks due") { (connection) throws(SQLiteError) in
            var lanes: [CallbackLane] = []
            var last: CallbackLane?
            var ofAsker = 0
            while lanes.count < CallbackLimits.lanesAtOnceMax,
                let lane = try Self.lane(after: last, isAskerDone: ofAsker >= perAskerMax, connection)
            {
                if lane.asker != last?.asker { ofAsker = 0 }
                last = lane
                guard !without.contains(lane), try Self.isDue(lane, at: now, connection) else { continue }
                lanes.append(lane)
                ofAsker += 1
            }
            return lanes
        }
    }

    /// The next lane in the order of askers and addresses: one step in an index.
    private static func lane(after last: CallbackLane?, isAskerDone: Bool, _ connection: Connection) throws(SQLiteError) -> CallbackLane? {
        func lane(_ row: Row) throws(SQLiteError) -> CallbackLane { CallbackLane(asker: try row.get(0), uri: try row.get(1)) }
        guard let last, !isAskerDone else {
            return try connection.row(
                "SELECT asker, uri FROM callback WHERE due_at IS NOT NULL AND asker > ?1 ORDER BY asker, uri LIMIT 1", last?.asker.text ?? "",
                read: lane)
        }
        return try connection.row(
            "SELECT asker, uri FROM callback WHERE due_at IS NOT NULL AND (asker, uri) > (?1, ?2) ORDER BY asker, uri LIMIT 1", last.asker,
            last.uri, read: lane)
    }

    private static func isDue(_ lane: CallbackLane, at now: Timestamp, _ connection: Connection) throws(SQLiteError) -> Bool {
        try connection.row(
            "SELECT 1 FROM callback WHERE asker = ?1 AND uri = ?2 AND due_at <= ?3 AND is_changed = 0 AND until > ?3 LIMIT 1", lane.asker, lane.uri,
            now
        ) { row throws(SQLiteError) in try row.get(0, as: Bool.self) } ?? false
    }

    package func take(_ lane: CallbackLane, at now: Timestamp, limit: Int) async throws(StoreFailure) -> [DueCallback] {
        try await database.read("callbacks due") { [underWay] (connection) throws(SQLiteError) in
            let due = try connection.rows(
                """
                SELECT impi, asker, next_impi, next_system, uri, is_final OR is_refused, attempts FROM callback
                WHERE asker = ?1 AND uri = ?2 AND due_at <= ?3 AND is_changed = 0 AND until > ?3 ORDER BY due_at LIMIT ?4
                """, lane.asker, lane.uri, now, limit
            ) { row throws(SQLiteError) in
                DueCallback(
                    try Self.callback(row), try row.get(5, as: Bool.self) ? .permanentTermination : .serverChange, attempts: try row.get(6))
            }
            return underWay.withLock { underWay in due.filter { underWay.insert($0.callback).inserted } }
        }
    }

    package func settle(heard: [Callback], later: [(callback: Callback, at: Timestamp)]) async throws(StoreFailure) {
        // Whatever becomes of the write: what nobody sends is not under way.
        defer { underWay.withLock { underWay in underWay.subtract(heard + later.map(\.callback)) } }
        try await database.write("settle callbacks") { (connection) throws(SQLiteError) in
            for callback in heard {
                try connection.execute(
                    "DELETE FROM callback WHERE impi = ?1 AND asker = ?2 AND next_impi = ?3 AND next_system = ?4 AND uri = ?5", callback.impi,
                    callback.asker, callback.nextImpi, callback.nextSystem, callback.uri)
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
}
