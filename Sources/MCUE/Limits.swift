/// The bounds of this program.
enum Limits {
    /// An ISIM file, which has four short members.
    static let isimFileBytesMax = 4_096
    /// Registrations in one run.
    static let countMax = 10_000_000
    /// Registrations at the same time: each has a socket.
    static let concurrencyMax = 500
    /// Consecutive challenges that a UE finds invalid before it gives up (TS 24.229 §5.1.1.5.3).
    static let invalidChallengesMax = 2
    /// Requests in one registration, whatever the server answers.
    static let requestsMax = 8
    /// Bytes that wait while a TCP connection takes none.
    static let unsentBytesMax = 262_144
    /// Different reasons for failure that the summary names.
    static let reasonsToldMax = 8
    /// The time from a request to its final response: Timer F, 64 times T1 (RFC 3261 §17.1.2.2).
    static let answerTime: Duration = .seconds(32)
    /// How long a host that has several addresses may take to tell that nobody listens at one of them.
    static let refusalMilliseconds: Int32 = 50
    /// The registration time in seconds that a UE asks for (TS 24.229 §5.1.1.2.1).
    static let expiresSeconds: UInt32 = 600_000
}
