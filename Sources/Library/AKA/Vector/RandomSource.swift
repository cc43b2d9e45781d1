internal import Base
internal import COpenSSL
package import Vectors

/// A source of random challenges. The code that issues vectors is given one, so that a test can choose the challenges.
package protocol RandomSource: Sendable {
    /// Gives `count` challenges, none of which was ever given before.
    ///
    /// - Throws: `.noRandomness`.
    func rands(_ count: Int) throws(AKAError) -> [RAND]
}

/// OpenSSL's generator, seeded by the system, for `Main` to pass on.
///
/// A call of the generator for each challenge would cost more than MILENAGE: see `ChallengeStock`.
package struct SystemRandom: RandomSource {
    package init() {}

    package func rands(_ count: Int) throws(AKAError) -> [RAND] {
        var rands = [RAND](repeating: RAND(SixteenOctets(high: 0, low: 0)), count: count)
        let status = rands.withUnsafeMutableBytes { octets in
            // Safety: as many octets are written as there are. A RAND is two words without padding, and any two words are one.
            RAND_bytes(octets.assumingMemoryBound(to: UInt8.self).baseAddress, Int32(truncatingIfNeeded: octets.count))
        }
        guard status == 1 else { throw AKAError(.noRandomness, "OpenSSL gives no random octets") }
        return rands
    }
}
