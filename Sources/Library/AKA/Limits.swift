/// Bounds of what this module reads or keeps.
enum Limits {
    /// How many characters a digest nonce may have: 44 carry RAND and AUTN, the others are room for server data (RFC 3310 §3.2).
    static let nonceCharactersMax = 1_024
    /// How many challenges one call of the random source fetches.
    static let challengesAtOnce = 64
}
