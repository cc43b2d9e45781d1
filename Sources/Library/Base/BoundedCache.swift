/// A bounded number of values by key, for any thread.
///
/// Public, because a generic type is compiled for its callers' types only if its code is public.
public final class BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    @usableFromInline let values = Guarded<[Key: Value]>([:])
    @usableFromInline let countMax: Int

    /// - Parameter countMax: before one value more is kept, all are forgotten.
    package init(countMax: Int) { self.countMax = countMax }

    @inlinable public func find(_ key: Key) -> Value? { values.withLock { $0[key] } }

    @inlinable public func keep(_ value: Value, as key: Key) {
        values.withLock { values in
            if values.count >= countMax { values = [:] }
            values[key] = value
        }
    }

    @inlinable public func forget(_ key: Key) { values.withLock { $0[key] = nil } }
    @inlinable public func forgetAll() { values.withLock { $0 = [:] } }
}
