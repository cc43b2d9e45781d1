extension Collection<UInt8> {
    var text: String { String(decoding: self, as: UTF8.self) }

    func equalsIgnoringASCIICase(_ other: some Collection<UInt8>) -> Bool {
        func lower(_ byte: UInt8) -> UInt8 { 0x41...0x5a ~= byte ? byte | 0x20 : byte }
        return elementsEqual(other) { lower($0) == lower($1) }
    }

    func equalsIgnoringASCIICase(_ other: String) -> Bool { equalsIgnoringASCIICase(other.utf8) }
}
