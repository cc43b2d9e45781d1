/// A server's bounds in one place for all of its connections, each of which has only a reference to them.
final class SharedLimits: Sendable {
    let values: ServerLimits

    init(_ values: ServerLimits) { self.values = values }
}
