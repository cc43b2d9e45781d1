extension Subscriber {
    /// The name of this UE in `+sip.instance`: the same in every run, as the name of a device is (RFC 5626 §4.1, TS 24.229 §5.1.1.2.1).
    ///
    /// There is no device, so that the private identity stands for it: a UUID of version 8 (RFC 9562 §5.8) that is computed from the identity.
    var instanceID: [UInt8] {
        let high = Subscriber.fingerprint(impi, seed: 0xcbf2_9ce4_8422_2325) & ~0xf000 | 0x8000
        let low = Subscriber.fingerprint(impi, seed: high) & ~(0b11 << 62) | 0b10 << 62
        let digits = Subscriber.hex(high) + Subscriber.hex(low)
        var uuid: [UInt8] = []
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { uuid.append(UInt8(ascii: "-")) }
            uuid.append(digit)
        }
        return Array("<urn:uuid:".utf8) + uuid + [UInt8(ascii: ">")]
    }

    /// FNV-1a with 64 bits (RFC 9923): it tells users apart and hides nothing.
    private static func fingerprint(_ bytes: [UInt8], seed: UInt64) -> UInt64 {
        bytes.reduce(seed) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    private static func hex(_ value: UInt64) -> [UInt8] {
        let digits = Array(String(value, radix: 16).utf8)
        return [UInt8](repeating: UInt8(ascii: "0"), count: 16 - digits.count) + digits
    }
}
