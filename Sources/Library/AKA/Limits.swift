/// Bounds of what this module reads or keeps.
enum Limits {
    /// Characters of a digest nonce: 44 carry RAND and AUTN, the rest is room for server data (RFC 3310 §3.2).
    static let nonceCharactersMax = 1_024
    /// Challenges that are asked of their source together.
    static let challengesAtOnce = 64
}
