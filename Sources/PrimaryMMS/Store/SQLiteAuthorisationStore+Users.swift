internal import Base
internal import Nhss
internal import NhssSQLite
internal import SQLiteStore
internal import ServiceKit
internal import Store

/// The users' side: authorisations and authentication status.
extension SQLiteAuthorisationStore {
    func authorisation(of impi: IMPI, in systemID: SystemID) async throws(StoreFailure) -> Stored<MigrationAuthorisation>? {
        let key = AuthorisationKey(impi: impi, systemID: systemID)
        return try await database.read("authorisation") { [cache] (connection) throws(SQLiteError) in
            let authorisation = try Self.authorisation(impi, systemID, connection)
            if let authorisation { cache?.authorisations.keep(authorisation, as: key) }
            return authorisation
        }
    }

    func authorisations(_ selection: AuthorisationSelection, limit: Int) async throws(StoreFailure) -> [Stored<MigrationAuthorisation>] {
        try await database.read("authorisations") { (connection) throws(SQLiteError) in
            guard let impi = selection.impi else {
                return try connection.rows(
                    """
                    SELECT impi, system_id, services, not_before, not_after, enabled, created_at, updated_at FROM migration_authorisation
                    WHERE (impi, system_id) > (?1, ?2) AND (?3 IS NULL OR system_id = ?3) AND (?4 IS NULL OR enabled = ?4)
                    ORDER BY impi, system_id LIMIT ?5
                    """, selection.after.impi, selection.after.systemID, selection.systemID, selection.enabled, limit, read: Self.authorisation)
            }
            // By itself, because the rows of one user lie together and the others need not be looked at.
            return try connection.rows(
                """
                SELECT impi, system_id, services, not_before, not_after, enabled, created_at, updated_at FROM migration_authorisation
                WHERE impi = ?6 AND (impi, system_id) > (?1, ?2) AND (?3 IS NULL OR system_id = ?3) AND (?4 IS NULL OR enabled = ?4)
                ORDER BY impi, system_id LIMIT ?5
                """, selection.after.impi, selection.after.systemID, selection.systemID, selection.enabled, limit, impi, read: Self.authorisation)
        }
    }

    func put(
        _ authorisation: MigrationAuthorisation, _ change: Change
    ) async throws(StoreFailure) -> PutOutcome<MigrationAuthorisation> {
        let time = now()
        let key = AuthorisationKey(impi: authorisation.impi, systemID: authorisation.systemID)
        return try await database.write(
            "put authorisation", ended: { [cache] in cache?.authorisations.forget(key) },
            outcomeOfBrokenRule: { error in
                error.code == .constraintForeignKey ? .conflict(param: "{systemId}", reason: "is not a known partner system") : nil
            }
        ) { (connection) throws(SQLiteError) in
            let previous = try Self.authorisation(authorisation.impi, authorisation.systemID, connection)?.stamp
            guard change.isAllowed(previous?.entityTag) else { return .preconditionFailed }
            let stored = Stored(authorisation, .changing(previous, at: time))
            try Self.write(stored, connection)
            return previous == nil ? .created(stored) : .replaced(stored)
        }
    }

    func deleteAuthorisation(
        of impi: IMPI, in systemID: SystemID, _ change: Change
    ) async throws(StoreFailure) -> DeleteOutcome {
        let key = AuthorisationKey(impi: impi, systemID: systemID)
        return try await database.write("delete authorisation", ended: { [cache] in cache?.authorisations.forget(key) }) {
            (connection) throws(SQLiteError) in
            guard let previous = try Self.authorisation(impi, systemID, connection)?.stamp else { return .notFound }
            guard change.isAllowed(previous.entityTag) else { return .preconditionFailed }
            try connection.execute("DELETE FROM migration_authorisation WHERE impi = ?1 AND system_id = ?2", impi, systemID)
            return .deleted
        }
    }

    func record(_ entries: [AuthenticationStatusEntry]) async throws(StoreFailure) {
        try await database.write("authentication status") { (connection) throws(SQLiteError) in
            for entry in entries {
                try connection.execute(
                    """
                    INSERT INTO authentication_status (impi, system_id, result, cause, at) VALUES (?1, ?2, ?3, ?4, ?5)
                    ON CONFLICT (impi, system_id) DO UPDATE SET result = excluded.result, cause = excluded.cause, at = excluded.at
                    """, entry.impi, entry.systemID, entry.result, entry.cause, entry.at)
            }
        }
    }

    func status(of impi: IMPI) async throws(StoreFailure) -> [AuthenticationStatusEntry] {
        try await database.read("authentication status") { (connection) throws(SQLiteError) in
            try connection.rows("SELECT system_id, result, cause, at FROM authentication_status WHERE impi = ?1 ORDER BY system_id", impi) {
                row throws(SQLiteError) in
                AuthenticationStatusEntry(impi: impi, systemID: try row.get(0), result: try row.get(1), cause: try row.get(2), at: try row.get(3))
            }
        }
    }

    static func authorisation(
        _ impi: IMPI, _ systemID: SystemID, _ connection: Connection
    ) throws(SQLiteError) -> Stored<MigrationAuthorisation>? {
        try connection.row(
            """
            SELECT impi, system_id, services, not_before, not_after, enabled, created_at, updated_at FROM migration_authorisation
            WHERE impi = ?1 AND system_id = ?2
            """, impi, systemID, read: Self.authorisation)
    }

    private static func authorisation(_ row: borrowing Row) throws(SQLiteError) -> Stored<MigrationAuthorisation> {
        let authorisation = MigrationAuthorisation(
            impi: try row.get(0), systemID: try row.get(1),
            services: try row.get(2, as: String.self).split(separator: ",").map(String.init),
            validity: Validity(notBefore: try row.get(3), notAfter: try row.get(4)), enabled: try row.get(5))
        return Stored(authorisation, RecordStamp(createdAt: try row.get(6), updatedAt: try row.get(7)))
    }

    private static func write(_ stored: Stored<MigrationAuthorisation>, _ connection: Connection) throws(SQLiteError) {
        let authorisation = stored.record
        try connection.execute(
            """
            INSERT INTO migration_authorisation (impi, system_id, services, not_before, not_after, enabled, created_at, updated_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (impi, system_id) DO UPDATE SET services = excluded.services, not_before = excluded.not_before,
                not_after = excluded.not_after, enabled = excluded.enabled, updated_at = excluded.updated_at
            """, authorisation.impi, authorisation.systemID, authorisation.services.joined(separator: ","), authorisation.validity.notBefore,
            authorisation.validity.notAfter, authorisation.enabled, stored.stamp.createdAt, stored.stamp.updatedAt)
    }
}
