import Base
package import Store

/// Records in memory, changed as every store changes them. What an in-memory store holds behind its lock.
package struct MemoryTable<Record: Sendable> {
    /// By key, as a text that lists are ordered by.
    private var records: [String: Stored<Record>] = [:]
    /// Never twice the same moment, so that no two changes have one entity tag.
    private var clock = Timestamp.now()

    private let entityTag: @Sendable (Stored<Record>) -> ETag

    package init(entityTag: @escaping @Sendable (Stored<Record>) -> ETag = { $0.stamp.entityTag }) { self.entityTag = entityTag }

    package subscript(key: String) -> Stored<Record>? { records[key] }

    package var all: [Record] { records.values.map(\.record) }

    package func page(after cursor: String, limit: Int, where isIncluded: (Record) -> Bool = { _ in true }) -> [Stored<Record>] {
        records.filter { $0.key > cursor && isIncluded($0.value.record) }.sorted { $0.key < $1.key }.prefix(limit).map(\.value)
    }

    /// - Parameter refusal: why the record cannot be stored; asked only where the change is allowed.
    package mutating func put(
        _ key: String, _ change: Change, refusal: PutOutcome<Record>? = nil, _ record: (_ current: Stored<Record>?) -> Record
    ) -> PutOutcome<Record> {
        let current = records[key]
        guard change.isAllowed(current.map(entityTag)) else { return .preconditionFailed }
        if let refusal { return refusal }
        clock = max(Timestamp.now(), Timestamp(microsecondsSince1970: clock.microsecondsSince1970 + 1))
        let stored = Stored(record(current), .changing(current?.stamp, at: clock))
        records[key] = stored
        return current == nil ? .created(stored) : .replaced(stored)
    }

    /// Changes a record without a new stamp, as an answer to a question does.
    package mutating func update(_ key: String, _ record: Record) {
        guard let current = records[key] else { return }
        records[key] = Stored(record, current.stamp)
    }

    package mutating func delete(_ key: String, _ change: Change, refusal: DeleteOutcome? = nil) -> DeleteOutcome {
        guard let current = records[key] else { return .notFound }
        guard change.isAllowed(entityTag(current)) else { return .preconditionFailed }
        if let refusal { return refusal }
        records[key] = nil
        return .deleted
    }
}
