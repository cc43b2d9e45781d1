extension Hasher {
    /// Octets as one run of memory: an array gives its elements to the hasher one by one.
    ///
    /// Their number goes first, so that of two runs after each other it counts where the first ends.
    package mutating func combine(octets: [UInt8]) {
        combine(octets.count)
        // Safety: lent for the call, which only reads.
        octets.withUnsafeBytes { combine(bytes: $0) }
    }
}
