/// What tells a dialog from all others, from the side of this core (RFC 3261 §12).
struct DialogID: Sendable, Hashable {
    let callID: [UInt8]
    let localTag: [UInt8]
    /// Nil for a peer of RFC 2543 (RFC 3261 §12.1.1).
    let remoteTag: [UInt8]?
}
