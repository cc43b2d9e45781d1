/// Every bound of this program.
enum Limits {
    /// An ISIM file: four short members.
    static let isimFileBytesMax = 4_096
    /// Registrations of one run.
    static let countMax = 10_000_000
    /// Registrations under way at once: each has a socket of its own.
    static let concurrencyMax = 500
    /// Consecutive challenges that a UE finds invalid before it gives up (TS 24.229 §5.1.1.5.3).
    static let invalidChallengesMax = 2
    /// Requests of one registration whatever the server thinks of next.
    static let requestsMax = 8
    /// Bytes a stream may hold back while it cannot be written.
    static let unsentBytesMax = 262_144
    /// Different reasons of failure told after a run.
    static let reasonsToldMax = 8
    /// From a request to its final response: Timer F, 64 times T1 (RFC 3261 §17.1.2.2).
    static let answerTime: Duration = .seconds(32)
    /// What a UE asks for (TS 24.229 §5.1.1.2.1).
    static let expiresSeconds: UInt32 = 600_000
}
