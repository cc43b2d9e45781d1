internal import Base
internal import Callbacks
internal import Nhss
internal import NhssSQLite
internal import SQLiteStore
internal import ServiceKit
internal import Store

/// Bindings in SQLite. That identities are bound one to one, both ways, is a rule of the tables.
struct SQLiteBindingStore: BindingStore {
    let database: Database
    let now: @Sendable () -> Timestamp
    /// Is kept as the database is, for whoever looks there first: `CachedBindingStore`.
    private let routes: BoundedCache<IMPI, Route>?

    init(database: Database, now: @escaping @Sendable () -> Timestamp, routes: BoundedCache<IMPI, Route>? = nil) {
        self.database = database
        self.now = now
        self.routes = routes
    }

    static let migrations = [
        Migration(
            "bindings",
            sql: """
                CREATE TABLE primary_system (
                    system_id TEXT PRIMARY KEY,
                    api_roots TEXT NOT NULL,
                    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
                    created_at INTEGER NOT NULL,
                    updated_at INTEGER NOT NULL
                ) STRICT;
                CREATE TABLE binding (
                    partner_impi TEXT PRIMARY KEY,
                    primary_impi TEXT NOT NULL,
                    primary_system_id TEXT NOT NULL REFERENCES primary_system (system_id),
                    services TEXT NOT NULL,
                    not_before INTEGER,
                    not_after INTEGER,
                    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
                    created_at INTEGER NOT NULL,
                    updated_at INTEGER NOT NULL,
                    UNIQUE (primary_system_id, primary_impi)
                ) STRICT;
                CREATE TABLE public_identity (
                    partner_impi TEXT NOT NULL REFERENCES binding (partner_impi) ON DELETE CASCADE,
                    position INTEGER NOT NULL,
                    partner_impu TEXT NOT NULL UNIQUE,
                    primary_system_id TEXT NOT NULL,
                    primary_impu TEXT NOT NULL,
                    PRIMARY KEY (partner_impi, position),
                    UNIQUE (primary_system_id, primary_impu)
                ) STRICT;
                """),
        Migration(
            "barred identities",
            sql: "ALTER TABLE public_identity ADD COLUMN barred INTEGER NOT NULL DEFAULT 0 CHECK (barred IN (0, 1))"),
        SQLiteCallbackStore.migration,
        Migration(
            "callbacks of bindings",
            sql: """
                CREATE INDEX binding_not_after ON binding (not_after) WHERE not_after IS NOT NULL;
                CREATE TRIGGER binding_deleted AFTER DELETE ON binding BEGIN
                    UPDATE callback SET is_changed = 1 WHERE impi = old.partner_impi;
                END;
                CREATE TRIGGER binding_inserted AFTER INSERT ON binding BEGIN
                    UPDATE callback SET is_changed = 1 WHERE impi = new.partner_impi;
                END;
                CREATE TRIGGER binding_updated AFTER UPDATE ON binding BEGIN
                    UPDATE callback SET is_changed = 1 WHERE impi IN (old.partner_impi, new.partner_impi);
                END;
                CREATE TRIGGER primary_system_updated AFTER UPDATE ON primary_system WHEN old.enabled IS NOT new.enabled BEGIN
                    UPDATE callback SET is_changed = 1
                    WHERE impi IN (SELECT partner_impi FROM binding WHERE primary_system_id = old.system_id);
                END;
                """),
    ]

    /// What a user who was let in would be granted now, as the same user of the same primary system.
    static let callbackRules = SQLiteCallbackStore.Rules(
        endings: """
            SELECT DISTINCT impi FROM callback JOIN binding ON partner_impi = impi
            WHERE not_after >= ?1 AND not_after < ?2 AND due_at IS NULL LIMIT ?3
            """
    ) { (callback, now, connection) throws(SQLiteError) in
        guard let binding = try binding(callback.impi, connection)?.record, let system = try system(binding.primarySystemID, connection)?.record
        else { return nil }
        let isAllowed =
            binding.enabled && binding.validity.contains(now) && system.enabled && binding.primaryImpi == callback.nextImpi
            && binding.primarySystemID == callback.nextSystem
        return isAllowed ? binding.granted : nil
    }

    // MARK: bindings

    func route(of partnerImpi: IMPI) async throws(StoreFailure) -> Route? {
        try await database.read("route") { [routes] (connection) throws(SQLiteError) in
            guard let binding = try Self.binding(partnerImpi, connection),
                let system = try Self.system(binding.record.primarySystemID, connection)
            else { return nil }
            let route = Route(binding.record, system.record)
            routes?.keep(route, as: partnerImpi)
            return route
        }
    }

    func binding(of partnerImpi: IMPI) async throws(StoreFailure) -> Stored<Binding>? {
        try await database.read("binding") { (connection) throws(SQLiteError) in try Self.binding(partnerImpi, connection) }
    }

    func bindings(_ selection: BindingSelection, limit: Int) async throws(StoreFailure) -> [Stored<Binding>] {
        try await database.read("bindings") { (connection) throws(SQLiteError) in
            var found: [Stored<Binding>] = []
            for impi in try Self.candidates(selection, limit, connection) where found.count < limit {
                if let binding = try Self.binding(impi, connection), selection.includes(binding.record) { found.append(binding) }
            }
            return found
        }
    }

    /// At least the bindings of a selection, in order. One identity has at most one binding for each primary system, and an index leads to each:
    /// the lists of primary systems are what makes SQLite use the indexes that begin with the system.
    private static func candidates(_ selection: BindingSelection, _ limit: Int, _ connection: Connection) throws(SQLiteError) -> [IMPI] {
        func partner(_ row: borrowing Row) throws(SQLiteError) -> IMPI { try row.get(0) }
        if let impu = selection.impu {
            return try connection.rows(
                """
                SELECT partner_impi FROM public_identity WHERE partner_impu = ?1
                UNION SELECT partner_impi FROM public_identity
                WHERE primary_impu = ?1 AND primary_system_id IN (SELECT system_id FROM primary_system) ORDER BY partner_impi
                """, impu, read: partner)
        }
        if let primaryImpi = selection.primaryImpi {
            return try connection.rows(
                """
                SELECT partner_impi FROM binding WHERE primary_impi = ?1 AND primary_system_id IN (SELECT system_id FROM primary_system)
                ORDER BY partner_impi
                """, primaryImpi, read: partner)
        }
        return try connection.rows(
            """
            SELECT partner_impi FROM binding
            WHERE partner_impi > ?1 AND (?3 IS NULL OR primary_system_id = ?3) AND (?4 IS NULL OR enabled = ?4) ORDER BY partner_impi LIMIT ?2
            """, selection.after, limit, selection.primarySystemID, selection.enabled, read: partner)
    }

    func put(_ binding: Binding, _ change: Change) async throws(StoreFailure) -> PutOutcome<Binding> {
        let time = now()
        return try await database.write(
            "put binding", ended: { [routes] in routes?.forget(binding.partnerImpi) }, outcomeOfBrokenRule: Self.conflict
        ) { (connection) throws(SQLiteError) in
            let previous = try Self.binding(binding.partnerImpi, connection)?.stamp
            guard change.isAllowed(previous?.entityTag) else { return .preconditionFailed }
            let stored = Stored(binding, .changing(previous, at: time))
            try Self.delete(binding.partnerImpi, connection)
            try Self.insert(stored, connection)
            return previous == nil ? .created(stored) : .replaced(stored)
        }
    }

    func deleteBinding(of partnerImpi: IMPI, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        try await database.write("delete binding", ended: { [routes] in routes?.forget(partnerImpi) }) { (connection) throws(SQLiteError) in
            guard let previous = try Self.binding(partnerImpi, connection)?.stamp else { return .notFound }
            guard change.isAllowed(previous.entityTag) else { return .preconditionFailed }
            try Self.delete(partnerImpi, connection)
            return .deleted
        }
    }

    private static func binding(_ partnerImpi: IMPI, _ connection: Connection) throws(SQLiteError) -> Stored<Binding>? {
        let identities = try connection.rows(
            "SELECT partner_impu, primary_impu, barred FROM public_identity WHERE partner_impi = ?1 ORDER BY position", partnerImpi
        ) { row throws(SQLiteError) in Binding.PublicIdentity(partner: try row.get(0), primary: try row.get(1), isBarred: try row.get(2)) }
        return try connection.row(
            """
            SELECT primary_impi, primary_system_id, services, not_before, not_after, enabled, created_at, updated_at
            FROM binding WHERE partner_impi = ?1
            """, partnerImpi
        ) { row throws(SQLiteError) in
            let binding = Binding(
                partnerImpi: partnerImpi, primaryImpi: try row.get(0), primarySystemID: try row.get(1), publicIdentities: identities,
                services: try row.get(2, as: String.self).split(separator: ",").map(String.init),
                validity: Validity(notBefore: try row.get(3), notAfter: try row.get(4)), enabled: try row.get(5))
            return Stored(binding, RecordStamp(createdAt: try row.get(6), updatedAt: try row.get(7)))
        }
    }

    private static func insert(_ stored: Stored<Binding>, _ connection: Connection) throws(SQLiteError) {
        let binding = stored.record
        try connection.execute(
            """
            INSERT INTO binding (partner_impi, primary_impi, primary_system_id, services, not_before, not_after, enabled, created_at, updated_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """, binding.partnerImpi, binding.primaryImpi, binding.primarySystemID, binding.services.joined(separator: ","),
            binding.validity.notBefore, binding.validity.notAfter, binding.enabled, stored.stamp.createdAt, stored.stamp.updatedAt)
        for (position, identity) in binding.publicIdentities.enumerated() {
            try connection.execute(
                """
                INSERT INTO public_identity (partner_impi, position, partner_impu, primary_system_id, primary_impu, barred)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                """, binding.partnerImpi, position, identity.partner, binding.primarySystemID, identity.primary, identity.isBarred)
        }
    }

    private static func delete(_ partnerImpi: IMPI, _ connection: Connection) throws(SQLiteError) {
        try connection.execute("DELETE FROM binding WHERE partner_impi = ?1", partnerImpi)
    }

    /// Which member of a binding a broken rule of the tables is about.
    private static func conflict(_ error: SQLiteError) -> PutOutcome<Binding>? {
        switch error.code {
        case .constraintUnique where error.rule.contains("binding.primary_impi"):
            .conflict(param: "/primaryImpi", reason: "is bound to another partner identity")
        case .constraintUnique where error.rule.contains("public_identity.partner_impu"):
            .conflict(param: "/publicIdentities", reason: "holds a partner identity that another binding has")
        case .constraintUnique where error.rule.contains("public_identity.primary_impu"):
            .conflict(param: "/publicIdentities", reason: "holds a primary identity that another binding has")
        case .constraintForeignKey: .conflict(param: "/primarySystemId", reason: "is not a known primary system")
        default: nil
        }
    }

    // MARK: primary systems

    func primarySystem(_ systemID: SystemID) async throws(StoreFailure) -> Stored<PrimarySystem>? {
        try await database.read("primary system") { (connection) throws(SQLiteError) in try Self.system(systemID, connection) }
    }

    func primarySystems(_ selection: RecordSelection, limit: Int) async throws(StoreFailure) -> [Stored<PrimarySystem>] {
        try await database.read("primary systems") { (connection) throws(SQLiteError) in
            try connection.rows(
                """
                SELECT system_id, api_roots, enabled, created_at, updated_at FROM primary_system
                WHERE system_id > ?1 AND (?3 IS NULL OR enabled = ?3) ORDER BY system_id LIMIT ?2
                """, selection.after, limit, selection.enabled, read: Self.system)
        }
    }

    func put(_ system: PrimarySystem, _ change: Change) async throws(StoreFailure) -> PutOutcome<PrimarySystem> {
        let time = now()
        return try await database.write("put primary system", ended: { [routes] in routes?.forgetAll() }) { (connection) throws(SQLiteError) in
            let previous = try Self.system(system.systemID, connection)?.stamp
            guard change.isAllowed(previous?.entityTag) else { return .preconditionFailed }
            let stored = Stored(system, .changing(previous, at: time))
            try connection.execute(
                """
                INSERT INTO primary_system (system_id, api_roots, enabled, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT (system_id) DO UPDATE SET api_roots = excluded.api_roots, enabled = excluded.enabled, updated_at = excluded.updated_at
                """, system.systemID, system.apiRoots.joined(separator: "\n"), system.enabled, stored.stamp.createdAt, stored.stamp.updatedAt)
            return previous == nil ? .created(stored) : .replaced(stored)
        }
    }

    func deletePrimarySystem(_ systemID: SystemID, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        try await database.write(
            "delete primary system", ended: { [routes] in routes?.forgetAll() },
            outcomeOfBrokenRule: { $0.code == .constraintForeignKey ? .conflict(reason: "bindings lead to this primary system") : nil }
        ) { (connection) throws(SQLiteError) in
            guard let previous = try Self.system(systemID, connection)?.stamp else { return .notFound }
            guard change.isAllowed(previous.entityTag) else { return .preconditionFailed }
            try connection.execute("DELETE FROM primary_system WHERE system_id = ?1", systemID)
            return .deleted
        }
    }

    private static func system(_ systemID: SystemID, _ connection: Connection) throws(SQLiteError) -> Stored<PrimarySystem>? {
        try connection.row(
            "SELECT system_id, api_roots, enabled, created_at, updated_at FROM primary_system WHERE system_id = ?1", systemID, read: Self.system)
    }

    private static func system(_ row: borrowing Row) throws(SQLiteError) -> Stored<PrimarySystem> {
        let roots = try row.get(1, as: String.self).split(separator: "\n").map(String.init)
        let system = PrimarySystem(systemID: try row.get(0), apiRoots: roots, enabled: try row.get(2))
        return Stored(system, RecordStamp(createdAt: try row.get(3), updatedAt: try row.get(4)))
    }
}
