package import Base

/// The subscriber's key, 128 bits (TS 33.102 §6.3.7).
package struct K: SecretBlock {
    package let secret: SecretOctets

    package init(_ octets: some Collection<UInt8>) throws(AKAError) { secret = try Self.checked(octets) }
}

/// The operator's variant constant of MILENAGE, before a subscriber's key is mixed in (TS 35.206 §4.1).
package struct OP: SecretBlock {
    package let secret: SecretOctets

    package init(_ octets: some Collection<UInt8>) throws(AKAError) { secret = try Self.checked(octets) }
}

/// OP under one subscriber's K: what the UICC and the AuC keep, so that OP itself need not be spread.
package struct OPc: SecretBlock {
    package let secret: SecretOctets

    package init(_ octets: some Collection<UInt8>) throws(AKAError) { secret = try Self.checked(octets) }
}

/// All that MILENAGE wants to know of a subscriber.
package struct KeyMaterial: Sendable, Equatable {
    package let k: K
    package let opc: OPc

    package init(k: K, opc: OPc) {
        self.k = k
        self.opc = opc
    }
}

/// 16 octets that nobody may see. Prints `<redacted>`, compares in constant time, is wiped with its last owner.
package protocol SecretBlock: FixedOctets, Equatable, CustomStringConvertible, CustomReflectable {
    var secret: SecretOctets { get }
}

extension SecretBlock {
    package static var octetCount: Int { Block.scalarCount }

    package var description: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    static func checked(_ octets: some Collection<UInt8>) throws(AKAError) -> SecretOctets {
        try checkCount(octets)
        return SecretOctets(octets)
    }

    var block: Block { secret.withOctets { Block(octets: $0) } }
}
