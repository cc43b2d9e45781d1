/// The bounds of a server, held once for all of its connections.
final class SharedLimits: Sendable {
    let values: ServerLimits

    init(_ values: ServerLimits) { self.values = values }
}
