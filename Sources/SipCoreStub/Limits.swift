/// Every bound of this service. Bytes and counts end in `Max`; times are how long something may take or is kept.
struct SipCoreLimits: Sendable {
    /// Timer reg-await-auth: how long a challenge waits for its answer (TS 24.229 table 7.8.1).
    var challengeTime: Duration = .seconds(240)
    /// Users who are being authenticated; beyond, the one who has waited longest begins anew.
    var challengesMax = 100_000
    /// New challenges within one registration attempt: a UE answers no more than two in a row that it finds invalid (TS 24.229 §5.4.1.2.3A).
    var rechallengesMax = 2
    /// Whoever waits at the UE is answered within two seconds, failure included.
    var questionTime: Duration = .milliseconds(1_900)

    /// Registered public identities.
    var registrationsMax = 100_000
    var contactsPerRegistrationMax = 16
    /// Seconds a binding lives where the UE does not say.
    var expiresDefault: UInt32 = 3_600
    /// Seconds; a shorter interval is refused with 423 (RFC 3261 §10.3 step 7).
    var expiresMin: UInt32 = 60
    /// Seconds; a longer one is shortened. What an IMS UE asks for (TS 24.229 §5.1.1.2.1).
    var expiresMax: UInt32 = 600_000
    /// How often bindings that are over are cleared away. Nobody sees them after their time, however long that takes.
    var sweepTime: Duration = .seconds(10)

    /// REGISTERs waiting for the answer of the authentication source (503 beyond).
    var registersInFlightMax = 1_024
    /// Timer J: how long the answer to a request is kept for its retransmissions (RFC 3261 §17.2.2).
    var transactionTime: Duration = .seconds(32)
    /// Requests whose answers are kept; beyond, the oldest gives way.
    var transactionsMax = 8_192
    /// What a client is told to wait where the failure does not say, in seconds.
    var retryAfterDefault = 5

    /// Open SIP connections; the next are closed as they come.
    var connectionsMax = 1_000
    /// Without a whole message or ping. A UE sends pings at least every two minutes (RFC 5626 §4.4.1).
    var connectionIdleTime: Duration = .seconds(180)
    /// From the first byte of a message to its last.
    var messageTime: Duration = .seconds(10)
    /// How often connections are looked at for the two times above.
    var connectionSweepTime: Duration = .seconds(2)
    /// Response bytes a slow reader may leave unsent; the connection is closed beyond.
    var unsentBytesMax = 262_144
    /// A `listen` backlog.
    var backlogMax: Int32 = 512
    /// `--sip-listen` addresses.
    var sipListenersMax = 16
    /// For REGISTERs in flight when the service is told to stop.
    var drainTime: Duration = .seconds(3)

    init() {}
}
