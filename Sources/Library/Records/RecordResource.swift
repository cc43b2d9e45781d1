package import HTTPKit
internal import SBI
package import SQLiteStore
internal import ServiceKit
package import Store

/// One kind of record as an administration resource: `GET`, `PUT` and `DELETE` on `path`, `GET` with paging on the collection.
///
/// All kinds behave alike: entity tags, preconditions, 201 with `Location` or 200, 204, 404, 409, 412.
package struct RecordResource<Record: Sendable, each Key: PathParameter>: Sendable {
    /// `/admin/v1/bindings`
    let collection: String
    /// `{partnerImpi}`, in the order of the keys.
    let parameters: [String]
    let find: @Sendable (repeat each Key) async throws(StorageError) -> Stored<Record>?
    let decode: @Sendable (Request, Stored<Record>?, repeat each Key) throws(Problem) -> Record
    let put: @Sendable (Record, @escaping Precondition) async throws(StorageError) -> PutOutcome<Record>
    let delete: @Sendable (@escaping Precondition, repeat each Key) async throws(StorageError) -> DeleteOutcome
    /// The keys of a record as text, to name it in a path.
    let keys: @Sendable (Record) -> [String]
    let json: @Sendable (Stored<Record>) -> [UInt8]

    package init(
        _ collection: String, _ parameters: [String], _: repeat (each Key).Type,
        find: @escaping @Sendable (repeat each Key) async throws(StorageError) -> Stored<Record>?,
        decode: @escaping @Sendable (Request, Stored<Record>?, repeat each Key) throws(Problem) -> Record,
        put: @escaping @Sendable (Record, @escaping Precondition) async throws(StorageError) -> PutOutcome<Record>,
        delete: @escaping @Sendable (@escaping Precondition, repeat each Key) async throws(StorageError) -> DeleteOutcome,
        keys: @escaping @Sendable (Record) -> [String], json: @escaping @Sendable (Stored<Record>) -> [UInt8]
    ) {
        self.collection = collection
        self.parameters = parameters
        self.find = find
        self.decode = decode
        self.put = put
        self.delete = delete
        self.keys = keys
        self.json = json
    }

    package func add(to router: inout Router) {
        let pattern = parameters.reduce(collection) { "\($0)/\($1)" }
        router.on(.get, pattern, repeat (each Key).self) { (request, key: repeat each Key) throws(Problem) in read(request, repeat each key) }
        router.on(.put, pattern, repeat (each Key).self) { (request, key: repeat each Key) throws(Problem) in try replace(request, repeat each key) }
        router.on(.delete, pattern, repeat (each Key).self) { (request, key: repeat each Key) throws(Problem) in try remove(request, repeat each key)
        }
    }

    private func read(_ request: Request, _ key: repeat each Key) -> Reply {
        RecordAnswers.later { () async throws(Problem) in
            guard let stored = try await RecordAnswers.ask(try await find(repeat each key)) else { throw RecordAnswers.notFound }
            return try AdminAnswer.read(json(stored), stored.stamp.entityTag, for: request)
        }
    }

    private func replace(_ request: Request, _ key: repeat each Key) throws(Problem) -> Reply {
        let preconditions = try Preconditions(request)
        return RecordAnswers.later { () async throws(Problem) in
            let record = try decode(request, try await RecordAnswers.ask(try await find(repeat each key)), repeat each key)
            switch try await RecordAnswers.ask(try await put(record, preconditions.allows)) {
            case .created(let stored): return AdminAnswer.created(at: path(of: stored.record), json(stored), stored.stamp.entityTag)
            case .replaced(let stored): return AdminAnswer.replaced(json(stored), stored.stamp.entityTag)
            case .preconditionFailed: throw RecordAnswers.preconditionFailed
            case .conflict(let param, let reason): throw RecordAnswers.conflict(param, reason)
            case .invalid(let param, let reason): throw .invalid(param, reason)
            }
        }
    }

    private func remove(_ request: Request, _ key: repeat each Key) throws(Problem) -> Reply {
        let preconditions = try Preconditions(request)
        return RecordAnswers.later { () async throws(Problem) in
            try RecordAnswers.delete(try await RecordAnswers.ask(try await delete(preconditions.allows, repeat each key)))
        }
    }

    private func path(of record: Record) -> String {
        keys(record).reduce(collection) { AdminAnswer.path($0, $1) }
    }
}

extension Problem {
    /// Of an admin request that the store did not carry out. The reason stays in the log.
    package init(_ error: StorageError) {
        switch error.code {
        case .overloaded:
            self.init(.serviceUnavailable, detail: "too many requests wait for the store", cause: "NF_CONGESTION", fields: ["Retry-After": "1"])
        case .full: self.init(507, detail: "the disk is full", cause: "INSUFFICIENT_RESOURCES")
        case .constraintUnique, .constraintForeignKey:
            self.init(.conflict, detail: "the record contradicts another", cause: "MODIFICATION_NOT_ALLOWED")
        default: self.init(.internalServerError, detail: "the store failed", cause: "SYSTEM_FAILURE")
        }
    }
}

extension RecordAnswers {
    /// Asks the store, and says its errors as problems.
    package static func ask<Value: Sendable>(_ question: @autoclosure () async throws(StorageError) -> Value) async throws(Problem) -> Value {
        do throws(StorageError) { return try await question() } catch { throw Problem(error) }
    }
}
