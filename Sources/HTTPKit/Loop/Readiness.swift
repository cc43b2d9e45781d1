/// What the kernel said of a descriptor.
struct Readiness {
    let canRead: Bool
    let canWrite: Bool
    /// Error or hang-up in both directions.
    let isBroken: Bool
}
