import Base

extension Milenage {
    /// Computes what an operator compares to see that the right K is stored: the first octets of E_K(0).
    ///
    /// - Returns: 6 lower-case hexadecimal digits (3 octets, the usual length: too few to find K with).
    /// - Throws: `.engineFailed`.
    package mutating func keyCheckValue(of k: K) throws(AKAError) -> String {
        try kernel.setKey(k)
        return Hex.encode(try kernel.encrypt(Block()).octets.prefix(Self.keyCheckValueOctets))
    }

    package static var keyCheckValueOctets: Int { 3 }
}
