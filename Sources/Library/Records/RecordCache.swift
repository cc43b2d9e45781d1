public import Base

/// Records that were read before, for those who ask for them with every request.
///
/// Exact as long as it is used like this: `keep` is called in the body of `Database.read`, `forget` by `ended` of `Database.write`. Both are
/// on the database thread, so that what is kept is never older than what a caller was last told is on disk. The process has its database
/// to itself: nobody else changes a record.
///
/// Public, because only what is public is inlined into the callers of another module, who know the types.
public final class RecordCache<Key: Hashable & Sendable, Record: Sendable>: Sendable {
    @usableFromInline let records = Guarded<[Key: Record]>([:])
    @usableFromInline let countMax: Int

    /// - Parameter countMax: beyond it everything is forgotten, and read again when it is asked for.
    package init(countMax: Int = 100_000) { self.countMax = countMax }

    @inlinable public func find(_ key: Key) -> Record? { records.withLock { $0[key] } }

    @inlinable public func keep(_ record: Record, as key: Key) {
        records.withLock { records in
            if records.count >= countMax { records = [:] }
            records[key] = record
        }
    }

    @inlinable public func forget(_ key: Key) { records.withLock { $0[key] = nil } }
    @inlinable public func forgetAll() { records.withLock { $0 = [:] } }
}
