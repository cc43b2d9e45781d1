package import Base

/// What one authentication by UMTS AKA takes: the challenge, the response to expect, and the keys that come out of it.
///
/// Good for one authentication only (TS 33.203 §6.1.1). RAND and AUTN travel to the UE; the rest must not.
///
/// Source: TS 33.102 §6.3.2.
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

/// The response that the home expects, and RES, the response that the UE gives: 4 to 16 octets (TS 33.102 §6.3.7), 8 from MILENAGE.
package struct XRES: SecretOctetValue {
    package static let octetCounts = 4...16
    package let secret: SecretOctets
    package init(ofRightLength secret: SecretOctets) { self.secret = secret }
}

/// The confidentiality key, 16 octets (TS 33.102 §6.3.7).
package struct CK: SecretOctetValue, FixedOctetValue {
    package static let octetCount = 16
    package let secret: SecretOctets
    package init(ofRightLength secret: SecretOctets) { self.secret = secret }
}

/// The integrity key, 16 octets (TS 33.102 §6.3.7).
package struct IK: SecretOctetValue, FixedOctetValue {
    package static let octetCount = 16
    package let secret: SecretOctets
    package init(ofRightLength secret: SecretOctets) { self.secret = secret }
}
