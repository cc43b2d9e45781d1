extension Collection<UInt8> {
    /// The bytes as UTF-8; what is not UTF-8 becomes U+FFFD.
    var text: String { String(decoding: self, as: UTF8.self) }
}
