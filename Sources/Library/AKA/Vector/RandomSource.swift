internal import Base
internal import COpenSSL
package import Vectors

/// Where challenges come from. Given to whoever issues vectors, so that a test can choose them.
package protocol RandomSource: Sendable {
    /// That many, each fresh.
    ///
    /// - Throws: `.noRandomness`.
    func rands(_ count: Int) throws(AKAError) -> [RAND]
}

/// OpenSSL's generator, seeded by the system. For `Main` to pass on.
///
/// To ask it at all costs more than the octets it gives: who needs many asks for many.
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
