package import Base
package import Vectors

/// The subscriber's key, 128 bits (TS 33.102 §6.3.7).
package struct K: SecretBlock {
    package let secret: SecretOctets
    package init(ofRightLength secret: SecretOctets) { self.secret = secret }
}

/// The operator's variant constant of MILENAGE, before a subscriber's key is mixed in (TS 35.206 §4.1).
package struct OP: SecretBlock {
    package let secret: SecretOctets
    package init(ofRightLength secret: SecretOctets) { self.secret = secret }
}

/// OP mixed with one subscriber's K. The UICC and the AuC keep this, so that OP itself need not be spread.
package struct OPc: SecretBlock {
    package let secret: SecretOctets
    package init(ofRightLength secret: SecretOctets) { self.secret = secret }
}

/// The keys that MILENAGE needs of one subscriber.
package struct MilenageKey: Sendable, Equatable {
    package let k: K
    package let opc: OPc

    package init(k: K, opc: OPc) {
        self.k = k
        self.opc = opc
    }
}

/// Sixteen secret octets that AES works on.
package protocol SecretBlock: SecretOctetValue, FixedOctetValue {}

extension SecretBlock {
    package static var octetCount: Int { Block.scalarCount }

    var block: Block { secret.withOctets { Block(octets: $0) } }
}
