/// What the kernel reports about a descriptor.
struct Readiness {
    let canRead: Bool
    let canWrite: Bool
    /// An error, or both directions are closed.
    let isBroken: Bool
}
