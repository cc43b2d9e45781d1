internal import AKA
internal import Nhss
internal import Storage

extension SQLiteSubscriberStore {
    func allocate(_ wish: Allocation.Wish, admit: @escaping Admission.Rule) async throws(StorageError) -> Allocation.Outcome {
        try await database.write("allocate sequence numbers") { (connection) throws(StorageError) in
            let standing = try Self.standing(wish, connection)
            let admission: Admission
            do throws(AuthFailure) { admission = try admit(standing) } catch { return .refused(error) }
            let ind = try Self.ind(of: wish.system, connection)
            guard let last = try Self.spend(wish, from: admission.baseSEQ, ind, connection) else { return .exhausted }
            if standing.servingCSCF != wish.cscfServerName { try Self.keepServingCSCF(wish, connection) }
            return .allocated(Allocation(admission: admission, sqns: try Self.sequence(of: wish.count, upTo: last)))
        }
    }

    private static func standing(_ wish: Allocation.Wish, _ connection: Connection) throws(StorageError) -> Standing {
        let credentials = try connection.row("SELECT k, opc, amf, enabled, sqn FROM subscriber WHERE impi = ?1", wish.impi) {
            row throws(StorageError) in
            Credentials(
                key: KeyMaterial(k: try row.get(0), opc: try row.get(1)), amf: try row.get(2), enabled: try row.get(3), sqn: try row.get(4))
        }
        var impuOwner: IMPI?
        if let impu = wish.impu {
            impuOwner = try connection.row("SELECT impi FROM public_identity WHERE impu = ?1", impu) { row throws(StorageError) in try row.get(0) }
        }
        let name = try connection.row("SELECT name FROM serving_cscf WHERE impi = ?1 AND system_id = ?2", wish.impi, wish.system) {
            row throws(StorageError) in try row.get(0, as: String.self)
        }
        return Standing(credentials: credentials, impuOwner: impuOwner, servingCSCF: name)
    }

    /// Takes numbers off the subscriber's counter, which all systems share: SEQ grows with every vector, whoever it is for.
    ///
    /// - Returns: the last of them, or nil where the counter has not enough left.
    private static func spend(
        _ wish: Allocation.Wish, from base: UInt64?, _ ind: Int, _ connection: Connection
    ) throws(StorageError) -> SQN? {
        try connection.row(
            """
            UPDATE subscriber SET sqn = (coalesce(?2, sqn >> ?5) + ?3) << ?5 | ?4
            WHERE impi = ?1 AND coalesce(?2, sqn >> ?5) + ?3 <= ?6
            RETURNING sqn
            """, wish.impi, base.map { Int64(clamping: $0) }, wish.count, ind, SQN.indBits, Int64(clamping: SQN.seqMax)
        ) { row throws(StorageError) in try row.get(0) }
    }

    private static func sequence(of count: Int, upTo last: SQN) throws(StorageError) -> [SQN] {
        do throws(AKAError) {
            var sqns: [SQN] = []
            for distance in stride(from: count - 1, through: 0, by: -1) {
                sqns.append(try SQN(seq: last.seq &- UInt64(clamping: distance), ind: last.ind))
            }
            return sqns
        } catch { throw StorageError(.wrongType, "the counter gave a number that is none: \(error)") }
    }

    private static func keepServingCSCF(_ wish: Allocation.Wish, _ connection: Connection) throws(StorageError) {
        try connection.execute(
            """
            INSERT INTO serving_cscf (impi, system_id, name) VALUES (?1, ?2, ?3)
            ON CONFLICT (impi, system_id) DO UPDATE SET name = excluded.name
            """, wish.impi, wish.system, wish.cscfServerName)
    }

    /// The slot of a system: a visited one gets the least used, and keeps it.
    private static func ind(of system: RequestingSystem, _ connection: Connection) throws(StorageError) -> Int {
        guard case .visited = system else { return RequestingSystem.homeSlot }
        let known = try connection.row("SELECT ind FROM ind_allocation WHERE system_id = ?1", system) { row throws(StorageError) in
            try row.get(0, as: Int.self)
        }
        if let known { return known }
        let used = try connection.rows("SELECT ind, count(*) FROM ind_allocation GROUP BY ind") { row throws(StorageError) in
            (ind: try row.get(0, as: Int.self), count: try row.get(1, as: Int.self))
        }
        let counts = Dictionary(used.map { ($0.ind, $0.count) }) { one, _ in one }
        let slots = RequestingSystem.visitedSlots
        let ind = slots.min { (counts[$0] ?? 0, $0) < (counts[$1] ?? 0, $1) } ?? slots.lowerBound
        guard counts.values.reduce(0, +) < AuthDBLimits.visitedSystemsMax else { return slots.upperBound }
        try connection.execute("INSERT INTO ind_allocation (system_id, ind) VALUES (?1, ?2)", system, ind)
        return ind
    }
}
