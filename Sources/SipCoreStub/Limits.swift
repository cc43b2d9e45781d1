internal import Base
internal import ServiceKit

/// The bounds of this service. Bytes and counts end in `Max`, times in `Time`.
struct SipCoreLimits: Sendable {
    /// Timer reg-await-auth: how long a challenge waits for its answer (TS 24.229 table 7.8.1).
    var challengeTime: Duration = .seconds(240)
    /// Challenges that wait for their answers. Beyond this, the one that has waited longest gives way.
    var challengesMax = 100_000
    /// Challenges of one user that wait for their answers. At the 20 requests a second of a sender who wants to shut the user out, and from the same
    /// address as the UE, a challenge of the UE still stands for more than a second.
    var challengesPerUserMax = 32
    /// How long the nonce of a challenge is recognised: as long as the longest registration and the challenge before it together.
    var issuedNonceTime: Duration = .seconds(3_840)
    /// Nonces that are recognised. Beyond this, the oldest gives way: a UE that uses it then is challenged without the word that it was only old.
    var issuedNoncesMax = 100_000
    /// New challenges within one registration attempt: a UE answers no more than two in a row that it finds invalid (TS 24.229 §5.4.1.2.3A).
    var rechallengesMax = 2
    /// How many challenges are made in the name of one private identity; nil for no bound. See `ChallengeRate`.
    var userRate: TokenRate? = TokenRate.ofOneUser
    /// Addresses that a user has authenticated from, of those that are remembered.
    var knownSourcesPerUserMax = 4
    var knownSourceTime: Duration = .seconds(7 * 86_400)
    /// Bytes of a Call-ID that a user is known by.
    var knownCallIDBytesMax = 255
    /// How many challenges use up the credit of an address, and of a flow from an address, in the name of one user.
    var addressCreditMax = 8
    var flowCreditMax = 7
    /// After which time one of these challenges is forgotten. At half a challenge a second for all strangers together, 150 addresses
    /// are needed for none of them to have used up its credit.
    var creditTime: Duration = .seconds(300)
    /// Buckets of tokens that are not full.
    var rateBucketsMax = 100_000
    /// How long a vector that was not sent serves the next attempt of its user.
    var unsentVectorTime: Duration = .seconds(30)
    /// Users with such vectors.
    var unsentVectorsMax = 10_000
    /// Vectors that attempts of one user ask for together: an AuthDB gives no more at once.
    var vectorsPerQuestionMax = 5
    /// Attempts of one user that wait for a question which is under way.
    var attemptsWaitingMax = 64
    /// How long the authentication source has to answer: the UE gets its answer within two seconds, even if it is a failure.
    var questionTime: Duration = .milliseconds(1_900)

    /// Registered public identities.
    var registrationsMax = 100_000
    /// Flows of one user: of the UEs that share a private identity. Also contacts without flow in one REGISTER, of which a UE has one.
    var contactsPerUserMax = 16
    /// Bytes of the contacts of one user, as an answer has them: 1,024 for each flow.
    var contactBytesPerUserMax = 16_384
    /// Bytes of the contacts of one public identity, whose users may be several. A UDP datagram has 65,507; the rest is for what the answer repeats
    /// of the request, 16,384 at the most, and for 32 public identities.
    var contactBytesMax = 32_768
    /// Seconds. A shorter registration time is refused with 423 (RFC 3261 §10.3 step 7).
    var expiresMin: UInt32 = 60
    /// Seconds that a contact is registered for where the UE names no time.
    var expiresDefault: UInt32 = 3_600
    /// Seconds. A longer registration time is shortened. An IMS UE asks for 600,000 (TS 24.229 §5.1.1.2.1),
    /// which is a week in which the core would not see that the UE is gone.
    var expiresMax: UInt32 = 3_600
    /// Registrations that are read at once when the service starts.
    var restoredAtOnceMax = 1_000
    /// Registrations with contacts whose time is over that one write to the store removes.
    var expiriesAtOnceMax = 256
    /// How often contacts whose time is over are removed. They count as gone before that.
    var sweepTime: Duration = .seconds(10)

    /// Subscriptions to registrations. A further one gets a 503 with `Retry-After`.
    var subscriptionsMax = 20_000
    /// Subscriptions of one private identity. A further one takes the place of another (`SubscriptionTable`).
    var subscriptionsPerUserMax = 16
    /// Bytes that a subscription keeps of the SUBSCRIBE: Call-ID, From, To, Contact, Record-Route. A SUBSCRIBE with more gets a 513.
    var subscriptionBytesMax = 4_096
    /// Seconds. A shorter subscription is refused with 423 (RFC 6665 §4.2.1.1).
    var subscriptionExpiresMin: UInt32 = 60
    /// Seconds of a subscription where the subscriber names no time (RFC 3680 §4.4).
    var subscriptionExpiresDefault: UInt32 = 3_761
    /// Seconds. A longer subscription is shortened. An IMS UE asks for 600,000; it ends with the registration in any case.
    var subscriptionExpiresMax: UInt32 = 7_200
    /// The time between two NOTIFY requests to one subscriber because of changes (RFC 3680 §4.10). Changes meanwhile are told together. The end of a
    /// subscription, and the answer to a SUBSCRIBE, do not wait.
    var notifyGapTime: Duration = .seconds(5)
    /// NOTIFY requests that wait for their responses, one of each subscription. Further ones wait until there is room.
    var notifiesInFlightMax = 2_048
    /// Bytes of a registration document. A longer one is written without the details of contacts; where that does not help, the subscription ends.
    var documentBytesMax = 32_768
    /// Contacts that have gone since the last document, and are named in the next one. Beyond this, the oldest are left out.
    var endedContactsMax = 32
    /// T1 and T2: after which time a request over UDP is sent again, at first and at most (RFC 3261 §17.1.2.2, Timer E).
    var retransmissionTime: Duration = .milliseconds(500)
    var retransmissionTimeMax: Duration = .seconds(4)
    /// Timer F: how long a request waits for its response (RFC 3261 §17.1.2.2).
    var responseTime: Duration = .seconds(32)

    /// REGISTER and SUBSCRIBE requests that wait for their answers; further ones get a 503. Of these and of the bytes below, one address gets
    /// four fifths at the most (`SharedBudget`).
    var registersInFlightMax = 1_024
    /// Timer J: how long the answer to a request that came over UDP is kept for its retransmissions (RFC 3261 §17.2.2).
    var transactionTime: Duration = .seconds(32)
    /// Bytes for these answers, which is 3,000 a second. A request whose answer would have no room gets a 503.
    var transactionsBytesMax = 134_217_728
    /// Bytes that one of them counts for besides the answer itself: its key and its place in the table.
    var transactionOverheadBytes = 640
    /// Bytes that are set aside for an answer until it is there.
    var transactionAnswerBytes = 1_024
    /// The seconds in `Retry-After` where the failure names none.
    var retryAfterDefault = 5

    /// Open SIP connections. A further one takes the place of another or is closed (`ConnectionTable`).
    var connectionsMax = 1_000
    /// Connections of one address, where several UEs can be behind one address translator.
    var connectionsPerAddressMax = 250
    /// How long a connection may be without a whole message or ping. A UE sends pings at least every two minutes (RFC 5626 §4.4.1).
    var connectionIdleTime: Duration = .seconds(180)
    /// How long a connection may be without a registered user, whatever comes over it.
    var unregisteredConnectionTime: Duration = .seconds(180)
    /// How long a connection stays open for the peer to say whether the last response has arrived, after the peer has sent its end.
    var lingerTime: Duration = .seconds(1)
    /// Responses that are on their way over connections of their own.
    var lateResponsesMax = 64
    /// How long such a connection may take.
    var lateResponseTime: Duration = .seconds(4)
    /// How long the first byte of a message may be before its last.
    var messageTime: Duration = .seconds(10)
    /// How often connections are checked for these times, and answers for theirs.
    var connectionSweepTime: Duration = .seconds(2)
    /// Response bytes that wait for a slow reader. Beyond this, the connection is closed.
    var unsentBytesMax = 262_144
    /// Connections that the kernel holds until they are accepted (the backlog of listen(2)).
    var backlogMax: Int32 = 512
    /// Addresses given with `--sip-listen`.
    var sipListenersMax = 16
    /// How long requests in flight may take when the service is told to stop.
    var drainTime: Duration = .seconds(3)
    /// What a log shows of the first line of a message.
    var loggedLineBytesMax = 256

    init() {}
}
