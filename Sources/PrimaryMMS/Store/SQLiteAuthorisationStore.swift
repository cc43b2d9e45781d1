internal import Base
internal import Callbacks
internal import Nhss
internal import NhssSQLite
internal import SQLiteStore
internal import ServiceKit
internal import Store

/// Authorisations in SQLite.
struct SQLiteAuthorisationStore: AuthorisationStore {
    let database: Database
    let now: @Sendable () -> Timestamp
    /// Is kept as the database is, for whoever looks there first: `CachedAuthorisationStore`.
    let cache: AuthorisationCache?

    init(database: Database, now: @escaping @Sendable () -> Timestamp, cache: AuthorisationCache? = nil) {
        self.database = database
        self.now = now
        self.cache = cache
    }

    static let migrations = [
        Migration(
            "authorisations",
            sql: """
                CREATE TABLE partner_system (
                    system_id TEXT PRIMARY KEY,
                    rate_limit INTEGER CHECK (rate_limit > 0),
                    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
                    created_at INTEGER NOT NULL,
                    updated_at INTEGER NOT NULL
                ) STRICT;
                CREATE TABLE certificate_name (
                    name TEXT PRIMARY KEY,
                    system_id TEXT NOT NULL REFERENCES partner_system (system_id) ON DELETE CASCADE,
                    position INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX certificate_name_of_system ON certificate_name (system_id, position);
                CREATE TABLE migration_authorisation (
                    impi TEXT NOT NULL,
                    system_id TEXT NOT NULL REFERENCES partner_system (system_id),
                    services TEXT NOT NULL,
                    not_before INTEGER,
                    not_after INTEGER,
                    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
                    created_at INTEGER NOT NULL,
                    updated_at INTEGER NOT NULL,
                    PRIMARY KEY (impi, system_id)
                ) STRICT;
                CREATE INDEX migration_authorisation_of_system ON migration_authorisation (system_id);
                CREATE TABLE authentication_status (
                    impi TEXT NOT NULL,
                    system_id TEXT NOT NULL,
                    result TEXT NOT NULL,
                    cause TEXT,
                    at INTEGER NOT NULL,
                    PRIMARY KEY (impi, system_id)
                ) STRICT;
                """),
        SQLiteCallbackStore.migration,
        Migration(
            "callbacks of authorisations",
            sql: """
                CREATE INDEX migration_authorisation_not_after ON migration_authorisation (not_after) WHERE not_after IS NOT NULL;
                CREATE TRIGGER migration_authorisation_deleted AFTER DELETE ON migration_authorisation BEGIN
                    UPDATE callback SET is_changed = 1 WHERE impi = old.impi;
                END;
                CREATE TRIGGER migration_authorisation_inserted AFTER INSERT ON migration_authorisation BEGIN
                    UPDATE callback SET is_changed = 1 WHERE impi = new.impi;
                END;
                CREATE TRIGGER migration_authorisation_updated AFTER UPDATE ON migration_authorisation BEGIN
                    UPDATE callback SET is_changed = 1 WHERE impi IN (old.impi, new.impi);
                END;
                CREATE TRIGGER partner_system_deleted AFTER DELETE ON partner_system BEGIN
                    UPDATE callback SET is_changed = 1 WHERE asker = old.system_id;
                END;
                CREATE TRIGGER partner_system_inserted AFTER INSERT ON partner_system BEGIN
                    UPDATE callback SET is_changed = 1 WHERE asker = new.system_id;
                END;
                CREATE TRIGGER partner_system_updated AFTER UPDATE ON partner_system WHEN old.enabled IS NOT new.enabled BEGIN
                    UPDATE callback SET is_changed = 1
                    WHERE asker = old.system_id OR asker IN (SELECT name FROM certificate_name WHERE system_id = old.system_id);
                END;
                CREATE TRIGGER certificate_name_deleted AFTER DELETE ON certificate_name BEGIN
                    UPDATE callback SET is_changed = 1 WHERE asker = old.name;
                END;
                CREATE TRIGGER certificate_name_inserted AFTER INSERT ON certificate_name BEGIN
                    UPDATE callback SET is_changed = 1 WHERE asker = new.name;
                END;
                """),
    ]

    /// Whether the partner that was given vectors of the user would be given some now, by the name by which it was recognised. Which identities the
    /// user has is the SIP database's affair.
    static let callbackRules = SQLiteCallbackStore.Rules(
        endings: """
            SELECT DISTINCT callback.impi FROM callback JOIN migration_authorisation AS a ON a.impi = callback.impi
            WHERE not_after >= ?1 AND not_after < ?2 AND due_at IS NULL
                AND a.system_id = CASE WHEN EXISTS (SELECT 1 FROM partner_system WHERE system_id = asker) THEN asker
                    ELSE (SELECT system_id FROM certificate_name WHERE name = asker) END
            LIMIT ?3
            """
    ) { (callback, now, connection) throws(SQLiteError) in
        guard let partner = try system(certified: callback.asker, connection),
            let authorisation = try authorisation(callback.impi, partner.systemID, connection)?.record
        else { return nil }
        return partner.enabled && authorisation.enabled && authorisation.validity.contains(now) ? GrantedIdentities() : nil
    }

    // MARK: partner systems

    func partnerSystem(certified name: SystemID) async throws(StoreFailure) -> PartnerSystem? {
        try await database.read("certified partner system") { [cache] (connection) throws(SQLiteError) in
            let system = try Self.system(certified: name, connection)
            if let system { cache?.partnerSystems.keep(system, as: name) }
            return system
        }
    }

    private static func system(certified name: SystemID, _ connection: Connection) throws(SQLiteError) -> PartnerSystem? {
        if let system = try Self.system(name, connection) { return system.record }
        let owner = try connection.row("SELECT system_id FROM certificate_name WHERE name = ?1", name) { row throws(SQLiteError) in
            try row.get(0, as: SystemID.self)
        }
        guard let owner else { return nil }
        return try Self.system(owner, connection)?.record
    }

    func partnerNames() async throws(StoreFailure) -> [String] {
        try await database.read("partner names") { (connection) throws(SQLiteError) in
            try connection.rows("SELECT system_id FROM partner_system UNION SELECT name FROM certificate_name") { row throws(SQLiteError) in
                try row.get(0, as: String.self)
            }
        }
    }

    func partnerSystem(_ systemID: SystemID) async throws(StoreFailure) -> Stored<PartnerSystem>? {
        try await database.read("partner system") { (connection) throws(SQLiteError) in try Self.system(systemID, connection) }
    }

    func partnerSystems(_ selection: RecordSelection, limit: Int) async throws(StoreFailure) -> [Stored<PartnerSystem>] {
        try await database.read("partner systems") { (connection) throws(SQLiteError) in
            let names = try connection.rows(
                "SELECT system_id FROM partner_system WHERE system_id > ?1 AND (?3 IS NULL OR enabled = ?3) ORDER BY system_id LIMIT ?2",
                selection.after, limit, selection.enabled
            ) { row throws(SQLiteError) in try row.get(0, as: SystemID.self) }
            var found: [Stored<PartnerSystem>] = []
            for name in names { if let system = try Self.system(name, connection) { found.append(system) } }
            return found
        }
    }

    func put(_ system: PartnerSystem, _ change: Change) async throws(StoreFailure) -> PutOutcome<PartnerSystem> {
        let time = now()
        return try await database.write(
            "put partner system", ended: { [cache] in cache?.partnerSystems.forgetAll() },
            outcomeOfBrokenRule: { error in
                guard error.code == .constraintUnique else { return nil }
                return .conflict(param: "/certificateNames", reason: "holds a name that another partner system has")
            }
        ) { (connection) throws(SQLiteError) in
            let previous = try Self.system(system.systemID, connection)?.stamp
            guard change.isAllowed(previous?.entityTag) else { return .preconditionFailed }
            let stored = Stored(system, .changing(previous, at: time))
            try Self.write(stored, connection)
            return previous == nil ? .created(stored) : .replaced(stored)
        }
    }

    func deletePartnerSystem(_ systemID: SystemID, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        try await database.write(
            "delete partner system", ended: { [cache] in cache?.partnerSystems.forgetAll() },
            outcomeOfBrokenRule: { error in
                error.code == .constraintForeignKey ? .conflict(reason: "users are authorised to migrate to this partner system") : nil
            }
        ) { (connection) throws(SQLiteError) in
            guard let previous = try Self.system(systemID, connection)?.stamp else { return .notFound }
            guard change.isAllowed(previous.entityTag) else { return .preconditionFailed }
            try connection.execute("DELETE FROM partner_system WHERE system_id = ?1", systemID)
            return .deleted
        }
    }

    private static func system(_ systemID: SystemID, _ connection: Connection) throws(SQLiteError) -> Stored<PartnerSystem>? {
        let names = try names(of: systemID, connection)
        return try connection.row("SELECT rate_limit, enabled, created_at, updated_at FROM partner_system WHERE system_id = ?1", systemID) {
            row throws(SQLiteError) in
            let system = PartnerSystem(systemID: systemID, certificateNames: names, rateLimit: try row.get(0), enabled: try row.get(1))
            return Stored(system, RecordStamp(createdAt: try row.get(2), updatedAt: try row.get(3)))
        }
    }

    private static func names(of systemID: SystemID, _ connection: Connection) throws(SQLiteError) -> [String] {
        try connection.rows("SELECT name FROM certificate_name WHERE system_id = ?1 ORDER BY position", systemID) { row throws(SQLiteError) in
            try row.get(0)
        }
    }

    private static func write(_ stored: Stored<PartnerSystem>, _ connection: Connection) throws(SQLiteError) {
        let system = stored.record
        try connection.execute(
            """
            INSERT INTO partner_system (system_id, rate_limit, enabled, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (system_id) DO UPDATE SET rate_limit = excluded.rate_limit, enabled = excluded.enabled, updated_at = excluded.updated_at
            """, system.systemID, system.rateLimit, system.enabled, stored.stamp.createdAt, stored.stamp.updatedAt)
        // Written only where they have changed: whoever was recognised by a name is looked at again.
        guard try names(of: system.systemID, connection) != system.certificateNames else { return }
        try connection.execute("DELETE FROM certificate_name WHERE system_id = ?1", system.systemID)
        for (position, name) in system.certificateNames.enumerated() {
            try connection.execute("INSERT INTO certificate_name (name, system_id, position) VALUES (?1, ?2, ?3)", name, system.systemID, position)
        }
    }
}
