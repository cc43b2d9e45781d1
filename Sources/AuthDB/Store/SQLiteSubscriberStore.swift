internal import AKA
internal import Base
internal import Callbacks
internal import Nhss
internal import NhssSQLite
internal import SQLiteStore
internal import ServiceKit
internal import Store

/// Subscribers in SQLite. What of their keys lies on the disk is up to `StoredKey`.
struct SQLiteSubscriberStore: SubscriberStore {
    let database: Database
    let now: @Sendable () -> Timestamp
    /// Spares the reading of rows; without it each question reads those of its subscriber.
    let known: KnownSubscribers?

    init(database: Database, now: @escaping @Sendable () -> Timestamp, known: KnownSubscribers? = nil) {
        self.database = database
        self.now = now
        self.known = known
    }

    /// `sqn` is the last number that was spent, all 48 bits of it: `SEQ << 5 | IND`. It changes with every vector and has a narrow row of its
    /// own, found by number: writing that is a fraction of writing the subscriber's.
    static let migrations = [
        Migration(
            "subscribers",
            sql: """
                CREATE TABLE subscriber (
                    impi TEXT PRIMARY KEY,
                    algorithm TEXT NOT NULL CHECK (algorithm IN ('MILENAGE')),
                    k BLOB NOT NULL CHECK (length(k) = 16),
                    opc BLOB NOT NULL CHECK (length(opc) = 16),
                    key_check_value TEXT NOT NULL,
                    amf BLOB NOT NULL CHECK (length(amf) = 2),
                    sqn INTEGER NOT NULL CHECK (sqn BETWEEN 0 AND 281474976710655),
                    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
                    created_at INTEGER NOT NULL,
                    updated_at INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE public_identity (
                    impi TEXT NOT NULL REFERENCES subscriber (impi) ON DELETE CASCADE,
                    position INTEGER NOT NULL,
                    impu TEXT NOT NULL UNIQUE,
                    PRIMARY KEY (impi, position)
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE serving_cscf (
                    impi TEXT NOT NULL REFERENCES subscriber (impi) ON DELETE CASCADE,
                    system_id TEXT NOT NULL,
                    name TEXT NOT NULL,
                    PRIMARY KEY (impi, system_id)
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE ind_allocation (
                    system_id TEXT PRIMARY KEY,
                    ind INTEGER NOT NULL CHECK (ind BETWEEN 16 AND 31)
                ) STRICT, WITHOUT ROWID;
                """),
        Migration(
            "sequence numbers",
            sql: """
                CREATE TABLE sequence_number (
                    id INTEGER PRIMARY KEY,
                    impi TEXT NOT NULL UNIQUE REFERENCES subscriber (impi) ON DELETE CASCADE,
                    sqn INTEGER NOT NULL CHECK (sqn BETWEEN 0 AND 281474976710655)
                ) STRICT;
                INSERT INTO sequence_number (impi, sqn) SELECT impi, sqn FROM subscriber;
                ALTER TABLE subscriber DROP COLUMN sqn;
                """),
        Migration(
            "barred identities",
            sql: "ALTER TABLE public_identity ADD COLUMN barred INTEGER NOT NULL DEFAULT 0 CHECK (barred IN (0, 1))"),
        SQLiteCallbackStore.migration,
        Migration(
            "callbacks of subscribers",
            sql: """
                CREATE TRIGGER subscriber_deleted AFTER DELETE ON subscriber BEGIN
                    UPDATE callback SET is_changed = 1 WHERE impi = old.impi;
                END;
                CREATE TRIGGER subscriber_inserted AFTER INSERT ON subscriber BEGIN
                    UPDATE callback SET is_changed = 1 WHERE impi = new.impi;
                END;
                CREATE TRIGGER subscriber_updated AFTER UPDATE ON subscriber BEGIN
                    UPDATE callback SET is_changed = 1 WHERE impi IN (old.impi, new.impi);
                END;
                """),
    ]

    /// The identities of the subscriber, if there still is one.
    static let callbackRules = SQLiteCallbackStore.Rules { (callback, _, connection) throws(SQLiteError) in
        guard try subscriber(callback.impi, connection)?.record.enabled ?? false else { return nil }
        return GrantedIdentities(try identities(of: callback.impi, connection))
    }

    // MARK: provisioning

    func subscriber(_ impi: IMPI) async throws(StoreFailure) -> Stored<Subscriber>? {
        try await database.read("subscriber") { (connection) throws(SQLiteError) in try Self.subscriber(impi, connection) }
    }

    func subscribers(_ selection: SubscriberSelection, limit: Int) async throws(StoreFailure) -> [Stored<Subscriber>] {
        try await database.read("subscribers") { (connection) throws(SQLiteError) in
            var found: [Stored<Subscriber>] = []
            for impi in try Self.candidates(selection, limit, connection) {
                if let subscriber = try Self.subscriber(impi, connection), selection.includes(subscriber.record) { found.append(subscriber) }
            }
            return found
        }
    }

    /// At least the subscribers of a selection, in order. A public identity leads to the one subscriber who has it.
    private static func candidates(_ selection: SubscriberSelection, _ limit: Int, _ connection: Connection) throws(SQLiteError) -> [IMPI] {
        func impi(_ row: borrowing Row) throws(SQLiteError) -> IMPI { try row.get(0) }
        guard let impu = selection.impu else {
            return try connection.rows(
                "SELECT impi FROM subscriber WHERE impi > ?1 AND (?3 IS NULL OR enabled = ?3) ORDER BY impi LIMIT ?2", selection.after, limit,
                selection.enabled, read: impi)
        }
        return try connection.rows("SELECT impi FROM public_identity WHERE impu = ?1", impu, read: impi)
    }

    func put(_ subscriber: SubscriberChange, _ change: Change) async throws(StoreFailure) -> PutOutcome<Subscriber> {
        let time = now()
        return try await database.write(
            "put subscriber",
            outcomeOfBrokenRule: { error in
                guard error.code == .constraintUnique, error.rule.contains("public_identity.impu") else { return nil }
                return .conflict(param: "/impus", reason: "holds an identity that another subscriber has")
            }
        ) { (connection) throws(SQLiteError) in
            let current = try Self.subscriber(subscriber.impi, connection)
            guard change.isAllowed(current?.entityTag) else { return .preconditionFailed }
            let changed: Subscriber
            do throws(SubscriberChange.Refusal) { changed = try subscriber.subscriber(replacing: current) } catch {
                return error.isConflict ? .conflict(param: error.param, reason: error.reason) : .invalid(param: error.param, reason: error.reason)
            }
            let stored = Stored(changed, .changing(current?.stamp, at: time))
            try Self.write(stored, subscriber.keys?.material, connection)
            known?.forget(subscriber.impi)
            return current == nil ? .created(stored) : .replaced(stored)
        }
    }

    func deleteSubscriber(_ impi: IMPI, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        try await database.write("delete subscriber") { (connection) throws(SQLiteError) in
            guard let current = try Self.subscriber(impi, connection) else { return .notFound }
            guard change.isAllowed(current.entityTag) else { return .preconditionFailed }
            try connection.execute("DELETE FROM subscriber WHERE impi = ?1", impi)
            known?.forget(impi)
            return .deleted
        }
    }

    private static func subscriber(_ impi: IMPI, _ connection: Connection) throws(SQLiteError) -> Stored<Subscriber>? {
        let identities = try identities(of: impi, connection)
        return try connection.row(
            """
            SELECT algorithm, amf, enabled, key_check_value, sqn, created_at, updated_at
            FROM subscriber JOIN sequence_number USING (impi) WHERE impi = ?1
            """, impi
        ) { row throws(SQLiteError) in
            let subscriber = Subscriber(
                impi: impi, impus: identities.map(\.impu), algorithm: try row.get(0), amf: try row.get(1), enabled: try row.get(2),
                keyCheckValue: try row.get(3),
                sqn: try row.get(4), barredImpus: Set(identities.lazy.filter(\.isBarred).map(\.impu)))
            return Stored(subscriber, RecordStamp(createdAt: try row.get(5), updatedAt: try row.get(6)))
        }
    }

    /// The default identity first.
    static func identities(of impi: IMPI, _ connection: Connection) throws(SQLiteError) -> [AssociatedIdentity] {
        try connection.rows("SELECT impu, barred FROM public_identity WHERE impi = ?1 ORDER BY position", impi) { row throws(SQLiteError) in
            AssociatedIdentity(try row.get(0), isBarred: try row.get(1))
        }
    }

    /// - Parameter keys: nil keeps those there are, of a subscriber that is there.
    private static func write(_ stored: Stored<Subscriber>, _ keys: KeyMaterial?, _ connection: Connection) throws(SQLiteError) {
        let subscriber = stored.record
        let keys = keys.map(StoredKeyMaterial.init)
        let changed = try connection.execute(
            """
            UPDATE subscriber SET algorithm = ?8, k = coalesce(?2, k), opc = coalesce(?3, opc), key_check_value = ?4, amf = ?5, enabled = ?6,
                updated_at = ?7
            WHERE impi = ?1
            """, subscriber.impi, keys?.k, keys?.opc, subscriber.keyCheckValue, subscriber.amf, subscriber.enabled, stored.stamp.updatedAt,
            subscriber.algorithm)
        if changed == 0 {
            try connection.execute(
                """
                INSERT INTO subscriber (impi, algorithm, k, opc, key_check_value, amf, enabled, created_at, updated_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                """, subscriber.impi, subscriber.algorithm, keys?.k, keys?.opc, subscriber.keyCheckValue, subscriber.amf,
                subscriber.enabled, stored.stamp.createdAt, stored.stamp.updatedAt)
        }
        try connection.execute(
            "INSERT INTO sequence_number (impi, sqn) VALUES (?1, ?2) ON CONFLICT (impi) DO UPDATE SET sqn = excluded.sqn", subscriber.impi,
            subscriber.sqn)
        try connection.execute("DELETE FROM public_identity WHERE impi = ?1", subscriber.impi)
        for (position, impu) in subscriber.impus.enumerated() {
            try connection.execute(
                "INSERT INTO public_identity (impi, position, impu, barred) VALUES (?1, ?2, ?3, ?4)", subscriber.impi, position, impu,
                subscriber.barredImpus.contains(impu))
        }
    }
}
