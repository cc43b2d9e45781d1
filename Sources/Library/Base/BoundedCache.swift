/// Values by key, for any thread. It never holds more than a number of them.
///
/// Public, because only what is public is inlined into the callers of another module, who know the types.
public final class BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    @usableFromInline let values = Guarded<[Key: Value]>([:])
    @usableFromInline let countMax: Int

    /// - Parameter countMax: one more, and all are forgotten.
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
