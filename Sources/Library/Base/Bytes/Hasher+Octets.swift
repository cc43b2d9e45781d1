extension Hasher {
    /// Hashes octets as one piece of memory, while `combine` of an array would hash its elements one by one.
    ///
    /// Their number is hashed first, so that two pieces in a row with another boundary between them differ.
    package mutating func combine(octets: [UInt8]) {
        combine(octets.count)
        // Safety: the memory is lent for the call, which only reads it.
        octets.withUnsafeBytes { combine(bytes: $0) }
    }
}
