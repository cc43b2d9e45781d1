internal import AKA
internal import Base
internal import Nhss
internal import Vectors

/// The part of a vector that a challenge is made of. It was never sent.
///
/// CK and IK are dropped at once: there is no P-CSCF that would need them.
struct FreshVector: Sendable {
    let rand: RAND
    let autn: AUTN
    let xres: XRES
    /// When the question was asked. What the home has said since is not in it.
    let asked: Instant
    /// The identities that the source registers together with the user's, the default one first; empty where it does not say.
    let associated: [AssociatedIdentity]

    init(_ vector: AuthenticationVector, asked: Instant, associated: [AssociatedIdentity] = []) {
        self.asked = asked
        rand = vector.rand
        autn = vector.autn
        xres = vector.xres
        self.associated = associated
    }

    /// RFC 3310 §3.2.
    var nonce: [UInt8] { Array(AKANonce(rand: rand, autn: autn).text.utf8) }
}
