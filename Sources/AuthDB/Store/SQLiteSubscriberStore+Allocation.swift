internal import AKA
internal import Nhss
internal import NhssSQLite
internal import SQLiteStore
internal import Store

extension SQLiteSubscriberStore {
    func allocate(_ request: Allocation.Request, admit: @escaping Admission.Rule) async throws(StoreFailure) -> Allocation.Outcome {
        try await database.write("allocate sequence numbers") { (connection) throws(SQLiteError) in
            let subscriber = try subscriber(request, connection)
            let standing = Standing(
                credentials: subscriber?.credentials, impuOwner: try Self.owner(request, subscriber, connection), servingCSCF: subscriber?.servingCSCF
            )
            let admission: Admission
            do throws(AuthFailure) { admission = try admit(standing) } catch { return .refused(error) }
            guard let subscriber else { throw SQLiteError(.misuse, "nobody was let in", place: "allocate sequence numbers") }
            let ind = try ind(of: request.system, connection)
            let base = admission.baseSEQ ?? subscriber.credentials.sqn.seq
            guard let sqns = Self.sequence(of: request.count, after: base, ind) else { return .exhausted }
            try Self.spend(sqns, of: subscriber, connection)
            if subscriber.servingCSCF != request.cscfServerName { try Self.keepServingCSCF(request, subscriber, connection) }
            return .allocated(Allocation(admission: admission, identities: subscriber.identities, sqns: sqns))
        }
    }

    /// What is remembered, or else what the rows say; nil where nobody has the private identity.
    private func subscriber(_ request: Allocation.Request, _ connection: Connection) throws(SQLiteError) -> KnownSubscriber? {
        guard let subscriber = known?.subscriber(request.impi, connection) else {
            let subscriber = try Self.read(request, connection)
            if let subscriber { known?.keep(subscriber, as: request.impi, connection) }
            return subscriber
        }
        if subscriber.system != request.system {
            subscriber.servingCSCF = try Self.servingCSCF(request, connection)
            subscriber.system = request.system
        }
        return subscriber
    }

    private static func read(_ request: Allocation.Request, _ connection: Connection) throws(SQLiteError) -> KnownSubscriber? {
        let identities = try identities(of: request.impi, connection)
        let servingCSCF = try servingCSCF(request, connection)
        return try connection.row(
            "SELECT id, algorithm, k, opc, amf, enabled, sqn FROM subscriber JOIN sequence_number USING (impi) WHERE impi = ?1", request.impi
        ) { row throws(SQLiteError) in
            KnownSubscriber(
                row: try row.get(0),
                credentials: Credentials(
                    key: try StoredKeyMaterial(row, from: 1).material(), amf: try row.get(4), enabled: try row.get(5), sqn: try row.get(6)),
                identities: identities, system: request.system, servingCSCF: servingCSCF)
        }
    }

    private static func servingCSCF(_ request: Allocation.Request, _ connection: Connection) throws(SQLiteError) -> String? {
        try connection.row("SELECT name FROM serving_cscf WHERE impi = ?1 AND system_id = ?2", request.impi, request.system) {
            row throws(SQLiteError) in
            try row.get(0)
        }
    }

    /// Whose the public identity of the question is.
    private static func owner(_ request: Allocation.Request, _ subscriber: KnownSubscriber?, _ connection: Connection) throws(SQLiteError) -> IMPI? {
        guard let impu = request.impu else { return nil }
        if let subscriber, subscriber.identities.contains(where: { $0.impu == impu }) { return request.impi }
        return try connection.row("SELECT impi FROM public_identity WHERE impu = ?1", impu) { row throws(SQLiteError) in try row.get(0) }
    }

    /// The next numbers, lowest first, or nil where SEQ has not enough left.
    private static func sequence(of count: Int, after base: UInt64, _ ind: IND) -> [SQN]? {
        var sqns: [SQN] = []
        sqns.reserveCapacity(count)
        for distance in 0..<UInt64(clamping: count) {
            guard let sqn = try? SQN(seq: base + distance + 1, ind: ind) else { return nil }
            sqns.append(sqn)
        }
        return sqns
    }

    /// Takes numbers off the subscriber's counter, which all systems share: SEQ grows with every vector, whoever it is for.
    ///
    /// The row must still hold the number that these follow on, so that none is given twice whatever is remembered.
    private static func spend(_ sqns: [SQN], of subscriber: KnownSubscriber, _ connection: Connection) throws(SQLiteError) {
        guard let last = sqns.last else { return }
        let changed = try connection.execute(
            "UPDATE sequence_number SET sqn = ?3 WHERE id = ?1 AND sqn = ?2", subscriber.row, subscriber.credentials.sqn, last)
        guard changed == 1 else { throw SQLiteError(.misuse, "the counter is not where it was left", place: "allocate sequence numbers") }
        subscriber.credentials.sqn = last
    }

    private static func keepServingCSCF(
        _ request: Allocation.Request, _ subscriber: KnownSubscriber, _ connection: Connection
    ) throws(SQLiteError) {
        try connection.execute(
            """
            INSERT INTO serving_cscf (impi, system_id, name) VALUES (?1, ?2, ?3)
            ON CONFLICT (impi, system_id) DO UPDATE SET name = excluded.name
            """, request.impi, request.system, request.cscfServerName)
        subscriber.servingCSCF = request.cscfServerName
    }

    /// The slot of a system: a visited one gets the least used, and keeps it.
    private func ind(of system: RequestingSystem, _ connection: Connection) throws(SQLiteError) -> IND {
        guard case .visited = system else { return RequestingSystem.homeSlot }
        if let ind = known?.ind(of: system, connection) { return ind }
        guard let ind = try Self.keptIND(of: system, connection) else { return RequestingSystem.sharedSlot }
        known?.keep(ind: ind, of: system, connection)
        return ind
    }

    /// - Returns: nil where `AuthDBLimits.visitedSystemsMax` others have one of their own.
    private static func keptIND(of system: RequestingSystem, _ connection: Connection) throws(SQLiteError) -> IND? {
        let kept = try connection.row("SELECT ind FROM ind_allocation WHERE system_id = ?1", system) { row throws(SQLiteError) in
            try row.get(0, as: IND.self)
        }
        if let kept { return kept }
        let used = try connection.rows("SELECT ind, count(*) FROM ind_allocation GROUP BY ind") { row throws(SQLiteError) in
            (ind: try row.get(0, as: IND.self), count: try row.get(1, as: Int.self))
        }
        let counts = Dictionary(used.map { ($0.ind, $0.count) }) { one, _ in one }
        guard counts.values.reduce(0, +) < AuthDBLimits.visitedSystemsMax else { return nil }
        let slots = RequestingSystem.visitedSlots
        let ind = slots.min { (counts[$0] ?? 0, $0.value) < (counts[$1] ?? 0, $1.value) } ?? RequestingSystem.sharedSlot
        try connection.execute("INSERT INTO ind_allocation (system_id, ind) VALUES (?1, ?2)", system, ind)
        return ind
    }
}
