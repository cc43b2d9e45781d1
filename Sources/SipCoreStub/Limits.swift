/// The bounds of this service. Bytes and counts end in `Max`, times in `Time`.
struct SipCoreLimits: Sendable {
    /// Timer reg-await-auth: how long a challenge waits for its answer (TS 24.229 table 7.8.1).
    var challengeTime: Duration = .seconds(240)
    /// Users who are being authenticated. Beyond this, the one who has waited longest must begin anew.
    var challengesMax = 100_000
    /// New challenges within one registration attempt: a UE answers no more than two in a row that it finds invalid (TS 24.229 §5.4.1.2.3A).
    var rechallengesMax = 2
    /// How long the authentication source has to answer: the UE gets its answer within two seconds, even if it is a failure.
    var questionTime: Duration = .milliseconds(1_900)

    /// Registered public identities.
    var registrationsMax = 100_000
    var contactsPerRegistrationMax = 16
    /// Seconds that a contact is registered for where the UE names no time.
    var expiresDefault: UInt32 = 3_600
    /// Seconds. A shorter registration time is refused with 423 (RFC 3261 §10.3 step 7).
    var expiresMin: UInt32 = 60
    /// Seconds. A longer registration time is shortened; an IMS UE asks for this one (TS 24.229 §5.1.1.2.1).
    var expiresMax: UInt32 = 600_000
    /// How often contacts whose time is over are removed. They count as gone before that.
    var sweepTime: Duration = .seconds(10)

    /// REGISTER requests that wait for the authentication source; further ones get a 503.
    var registersInFlightMax = 1_024
    /// Timer J: how long the answer to a request is kept for its retransmissions (RFC 3261 §17.2.2).
    var transactionTime: Duration = .seconds(32)
    /// Requests whose answers are kept. Beyond this, a new one takes the place of the oldest.
    var transactionsMax = 8_192
    /// The seconds in `Retry-After` where the failure names none.
    var retryAfterDefault = 5

    /// Open SIP connections; further ones are closed at once.
    var connectionsMax = 1_000
    /// How long a connection may be without a whole message or ping. A UE sends pings at least every two minutes (RFC 5626 §4.4.1).
    var connectionIdleTime: Duration = .seconds(180)
    /// How long the first byte of a message may be before its last.
    var messageTime: Duration = .seconds(10)
    /// How often connections are checked for these two times.
    var connectionSweepTime: Duration = .seconds(2)
    /// Response bytes that wait for a slow reader. Beyond this, the connection is closed.
    var unsentBytesMax = 262_144
    /// Connections that the kernel holds until they are accepted (the backlog of listen(2)).
    var backlogMax: Int32 = 512
    /// Addresses given with `--sip-listen`.
    var sipListenersMax = 16
    /// How long REGISTER requests in flight may take when the service is told to stop.
    var drainTime: Duration = .seconds(3)
    /// What a log shows of the first line of a message.
    var loggedLineBytesMax = 256

    init() {}
}
