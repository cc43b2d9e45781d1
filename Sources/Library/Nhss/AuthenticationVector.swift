package import Base

/// One quintet of UMTS AKA, good for one authentication (TS 33.102 §6.3.2, TS 33.203 §6.1.1).
package struct AuthenticationVector: Sendable, Equatable {
    package let rand: RAND
    package let xres: XRES
    package let autn: AUTN
    package let ck: CK
    package let ik: IK

    package init(rand: RAND, xres: XRES, autn: AUTN, ck: CK, ik: IK) {
        self.rand = rand
        self.xres = xres
        self.autn = autn
        self.ck = ck
        self.ik = ik
    }
}

/// The random challenge, 16 octets.
package struct RAND: SixteenOctetValue, Hashable {
    package let value: SixteenOctets
    package init(_ value: SixteenOctets) { self.value = value }
}

/// The network's authentication token, 16 octets: (SQN ⊕ AK) ‖ AMF ‖ MAC.
package struct AUTN: SixteenOctetValue, Hashable {
    package let value: SixteenOctets
    package init(_ value: SixteenOctets) { self.value = value }
}

/// The UE's resynchronisation token, 14 octets: (SQN_MS ⊕ AK) ‖ MAC-S. Not for logs: it says where the UE's counter stands.
package struct AUTS: SecretOctetValue {
    package static let octetCount = 14...14
    package let secret: SecretOctets
    package init(ofRightLength secret: SecretOctets) { self.secret = secret }
}

/// The expected response, 4 to 16 octets (TS 33.102 §6.3.7).
package struct XRES: SecretOctetValue {
    package static let octetCount = 4...16
    package let secret: SecretOctets
    package init(ofRightLength secret: SecretOctets) { self.secret = secret }
}

/// The confidentiality key, 16 octets.
package struct CK: SecretOctetValue {
    package static let octetCount = 16...16
    package let secret: SecretOctets
    package init(ofRightLength secret: SecretOctets) { self.secret = secret }
}

/// The integrity key, 16 octets.
package struct IK: SecretOctetValue {
    package static let octetCount = 16...16
    package let secret: SecretOctets
    package init(ofRightLength secret: SecretOctets) { self.secret = secret }
}
