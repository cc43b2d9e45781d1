/// An entity tag (RFC 9110 §8.8.3), with its quotes. A strong one stands for the very bytes that it came with; a weak one begins with `W/`.
package struct ETag: Sendable, Equatable, CustomStringConvertible {
    package let description: String

    /// Of a row that counts its changes.
    package init(version: Int) { description = "\"v\(version)\"" }

    /// Of a row that counts its changes, and shows a number that moves without being such a change.
    package init(version: Int, number: UInt64) { description = "\"v\(version)-\(String(number, radix: 16))\"" }

    /// Of a state whose bytes differ from one read to the next, as those do that tell how many seconds are left. It never satisfies `If-Match`.
    package init(weakVersion version: Int) { description = "W/\"v\(version)\"" }

    /// Whether `If-Match` may name it.
    package var isStrong: Bool { description.utf8.first == UInt8(ascii: "\"") }

    /// Of what is answered: FNV-1a over 128 bits. For changes by accident, not against an adversary: who may write needs no collision.
    package init(content: some Sequence<UInt8>) {
        var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        for byte in content { hash = (hash ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013b }
        description = "\"\(String(hash, radix: 16))\""
    }
}
