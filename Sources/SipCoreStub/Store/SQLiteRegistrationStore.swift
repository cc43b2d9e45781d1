internal import Base
internal import Nhss
internal import NhssSQLite
internal import SQLiteStore
internal import Store

/// Registrations in SQLite. Their times are those of the wall clock.
struct SQLiteRegistrationStore: RegistrationStore {
    private let database: Database
    private let clock: @Sendable () -> ClockReading

    init(database: Database, clock: @escaping @Sendable () -> ClockReading) {
        self.database = database
        self.clock = clock
    }

    static let migrations = [
        Migration(
            "registrations",
            sql: """
                CREATE TABLE registration (
                    impu TEXT PRIMARY KEY,
                    impi TEXT NOT NULL,
                    version INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE contact (
                    impu TEXT NOT NULL REFERENCES registration (impu) ON DELETE CASCADE,
                    position INTEGER NOT NULL,
                    impi TEXT NOT NULL,
                    contact BLOB NOT NULL,
                    call_id BLOB NOT NULL,
                    c_seq INTEGER NOT NULL,
                    path BLOB NOT NULL,
                    saved_at INTEGER NOT NULL,
                    ends_at INTEGER NOT NULL,
                    PRIMARY KEY (impu, position)
                ) STRICT, WITHOUT ROWID;
                """),
        Migration("registration sets", sql: "ALTER TABLE registration ADD COLUMN associated TEXT NOT NULL DEFAULT ''"),
        Migration("contact sources", sql: "ALTER TABLE contact ADD COLUMN source BLOB NOT NULL DEFAULT x''"),
    ]

    func registrations(after cursor: String, limit: Int) async throws(StoreFailure) -> [Registration] {
        let clock = clock()
        return try await database.read("registrations") { (connection) throws(SQLiteError) in
            var found = try connection.rows(
                "SELECT impu, impi, version, associated FROM registration WHERE impu > ?1 ORDER BY impu LIMIT ?2", cursor, limit
            ) { row throws(SQLiteError) in
                Registration(
                    impu: try row.get(0), impi: try row.get(1), contacts: [], version: UInt64(clamping: try row.get(2, as: Int64.self)),
                    associated: try row.get(3, as: AssociatedField.self).identities)
            }
            for index in found.indices { found[index].contacts = try Self.contacts(of: found[index].impu, clock, connection) }
            return found
        }
    }

    func make(_ changes: [RegistrationChange]) async throws(StoreFailure) {
        let clock = clock()
        try await database.write("registrations") { (connection) throws(SQLiteError) in
            for change in changes {
                switch change {
                case .set(let registration): try Self.set(registration, clock, connection)
                case .remove(let impu): try Self.remove(impu, connection)
                }
            }
        }
    }

    private static func contacts(of impu: IMPU, _ clock: ClockReading, _ connection: Connection) throws(SQLiteError) -> [RegisteredContact] {
        try connection.rows(
            "SELECT impi, contact, call_id, c_seq, path, saved_at, ends_at, source FROM contact WHERE impu = ?1 ORDER BY position", impu
        ) { row throws(SQLiteError) in
            let contact = try row.get(1, as: ContactField.self).contact
            let savedAt = try row.get(5, as: Timestamp.self)
            let endsAt = try row.get(6, as: Timestamp.self)
            // A wall clock that was put back does not make a registration longer than it was.
            let end = min(clock.instant(of: endsAt), clock.instant + (endsAt - savedAt))
            return RegisteredContact(
                contact: contact, impi: try row.get(0), flow: ContactFlow(contact), callID: try row.get(2),
                cSeq: UInt32(clamping: try row.get(3, as: Int64.self)), path: try row.get(4, as: PathField.self).path, end: end,
                source: SourceAddress(kept: try row.get(7)))
        }
    }

    private static func set(_ registration: Registration, _ clock: ClockReading, _ connection: Connection) throws(SQLiteError) {
        try remove(registration.impu, connection)
        try connection.execute(
            "INSERT INTO registration (impu, impi, version, associated) VALUES (?1, ?2, ?3, ?4)", registration.impu, registration.impi,
            Int64(clamping: registration.version), AssociatedField(registration.associated))
        for (position, contact) in registration.contacts.enumerated() {
            try connection.execute(
                """
                INSERT INTO contact (impu, position, impi, contact, call_id, c_seq, path, saved_at, ends_at, source)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                """, registration.impu, position, contact.impi, ContactField(contact.contact), contact.callID, Int64(contact.cSeq),
                PathField(contact.path), clock.timestamp, clock.timestamp(of: contact.end),
                contact.source?.octets ?? [])
        }
    }

    private static func remove(_ impu: IMPU, _ connection: Connection) throws(SQLiteError) {
        try connection.execute("DELETE FROM registration WHERE impu = ?1", impu)
    }
}
