import COpenSSL

/// Where challenges come from. Given to whoever issues vectors, so that a test can choose them.
package protocol RandomSource: Sendable {
    /// - Throws: `.noRandomness`.
    func rand() throws(AKAError) -> RAND
}

/// OpenSSL's generator, seeded by the system. For `Main` to pass on.
package struct SystemRandom: RandomSource {
    package init() {}

    package func rand() throws(AKAError) -> RAND {
        var block = Block()
        let status = withUnsafeMutableBytes(of: &block) { octets in
            // Safety: 16 octets are written to a place of 16 octets.
            RAND_bytes(octets.assumingMemoryBound(to: UInt8.self).baseAddress, Int32(RAND.octetCount))
        }
        guard status == 1 else { throw AKAError(.noRandomness, "OpenSSL gives no random octets") }
        return RAND(block: block)
    }
}
