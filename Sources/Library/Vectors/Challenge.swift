package import Base

/// The random challenge, 16 octets, used for one vector only (TS 33.102 §6.3.2).
package struct RAND: SixteenOctetValue {
    package let value: SixteenOctets
    package init(_ value: SixteenOctets) { self.value = value }
}

/// The network's authentication token, 16 octets: (SQN ⊕ AK) ‖ AMF ‖ MAC-A (TS 33.102 §6.3.2).
package struct AUTN: SixteenOctetValue {
    package let value: SixteenOctets
    package init(_ value: SixteenOctets) { self.value = value }
}

/// The UE's resynchronisation token, 14 octets: (SQN_MS ⊕ AK) ‖ MAC-S (TS 33.102 §6.3.3). Not for logs: it says where the UE's counter stands.
package struct AUTS: SecretOctetValue, FixedOctetValue {
    package static let octetCount = 14
    package let secret: SecretOctets
    package init(ofRightLength secret: SecretOctets) { self.secret = secret }
}
