import AKA
import Base
import Contracts
import Nhss
import SQLiteStore
import Store
import Support
import Testing
import Vectors

@testable import AuthDB

/// What every `SubscriberStore` promises.
@Suite struct SubscriberStoreContractTests {
    /// The implementations. A further one is a further case.
    enum Implementation: CaseIterable {
        case inMemory
        case sqlite
        /// With what was read before remembered.
        case rememberingSQLite
    }

    /// An implementation that is open for one test.
    struct Opened {
        let store: any SubscriberStore
        let close: @Sendable () async -> Void
    }

    private static func open(_ implementation: Implementation) throws -> Opened {
        if implementation == .inMemory { return Opened(store: InMemorySubscriberStore()) {} }
        let directory = try TemporaryDirectory()
        let database = try Database.open(directory.file("subscribers.sqlite"), migrations: SQLiteSubscriberStore.migrations) { _ in }
        let known = implementation == .sqlite ? nil : KnownSubscribers()
        return Opened(store: SQLiteSubscriberStore(database: database, now: Timestamp.now, known: known)) {
            await database.close()
            _ = directory
        }
    }

    let user: IMPI
    let identity: IMPU
    let key: MilenageKey
    let partner: RequestingSystem

    init() throws {
        user = try IMPI("user1@primary.example")
        identity = try IMPU("sip:user1@primary.example")
        key = try Canary.key()
        partner = .visited(try SystemID("partner.example"))
    }

    /// What a request says of the user, or of another one.
    private func change(
        _ impi: IMPI? = nil, impus: [IMPU]? = nil, enabled: Bool = true, hasKeys: Bool = true, sqn: SQN? = nil
    ) -> SubscriberChange {
        SubscriberChange(
            impi: impi ?? user, impus: impus ?? [identity], algorithm: .milenage, amf: Subscriber.usualAMF, enabled: enabled,
            keys: hasKeys ? SubscriberChange.Keys(material: .milenage(key), keyCheckValue: "7d2ed9") : nil, sqn: sqn.map { .forward($0) } ?? .kept)
    }

    private func filled(_ implementation: Implementation) async throws -> Opened {
        let opened = try Self.open(implementation)
        _ = try await opened.store.put(change(), .unconditional)
        return opened
    }

    // MARK: asking

    /// Lets everybody in whose keys are there.
    private static let admitAll: Admission.Rule = { (standing) throws(AuthFailure) in
        guard let credentials = standing.credentials else { throw AuthFailure(.userNotFound, "nobody") }
        return Admission(credentials: credentials, resynchronisation: nil)
    }

    private func request(
        _ impi: IMPI? = nil, impu: IMPU? = nil, of system: RequestingSystem = .home, server: String = "sip:scscf.example", count: Int = 1
    ) -> Allocation.Request {
        Allocation.Request(impi: impi ?? user, impu: impu, system: system, cscfServerName: server, count: count)
    }

    private func numbers(_ store: any SubscriberStore, _ request: Allocation.Request, admit: Admission.Rule? = nil) async throws -> [SQN] {
        guard case .allocated(let allocation) = try await store.allocate(request, admit: admit ?? Self.admitAll) else { return [] }
        return allocation.sqns
    }

    /// What the store knows of a user when the question comes; nothing is spent.
    private func standing(_ store: any SubscriberStore, _ request: Allocation.Request) async throws -> Standing? {
        let seen = Guarded<Standing?>(nil)
        let outcome = try await store.allocate(request) { (standing) throws(AuthFailure) in
            seen.withLock { $0 = standing }
            throw AuthFailure(.schemeNotSupported, "only looking")
        }
        guard case .refused(AuthFailure(.schemeNotSupported, "")) = outcome else {
            Issue.record("a question that is refused is answered otherwise")
            return nil
        }
        return seen.withLock { $0 }
    }

    // MARK: provisioning

    @Test(arguments: Implementation.allCases) func `subscribers keep what every record keeps`(_ implementation: Implementation) async throws {
        let opened = try Self.open(implementation)
        let centre = try AuthenticationCentre(random: SystemRandom())
        let items = try (1...6).map { number in
            let impi = try IMPI("u\(number)@primary.example")
            return RecordContract<SubscriberResource>.Item(impi, change(impi, impus: [try IMPU("sip:\(impi.text)")]))
        }
        #expect(await RecordContract(SubscriberResource(store: opened.store, centre: centre), items).breaches() == [])
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a subscriber is read as they were written`(_ implementation: Implementation) async throws {
        let opened = try Self.open(implementation)
        let impus = [try IMPU("tel:+491234"), identity]
        _ = try await opened.store.put(change(impus: impus, enabled: false, sqn: SQN(0x400)), .unconditional)
        let expected = Subscriber(
            impi: user, impus: impus, algorithm: .milenage, amf: Subscriber.usualAMF, enabled: false, keyCheckValue: "7d2ed9", sqn: try SQN(0x400))
        #expect(try await opened.store.subscriber(user)?.record == expected)
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a barred identity stays barred until somebody says otherwise`(_ implementation: Implementation)
        async throws
    {
        let opened = try Self.open(implementation)
        let other = try IMPU("tel:+491234")
        func put(_ barred: [IMPU: Bool]) async throws -> Set<IMPU>? {
            var change = change(impus: [other, identity])
            change.barred = barred
            return try await opened.store.put(change, .unconditional).stored?.record.barredImpus
        }
        #expect(try await put([:]) == [])
        #expect(try await put([other: true]) == [other])
        #expect(try await put([:]) == [other])
        #expect(try await put([identity: true]) == [other, identity])
        #expect(try await put([other: false]) == [identity])
        #expect(try await opened.store.subscriber(user)?.record.barredImpus == [identity])
        for _ in 0..<2 {
            guard case .allocated(let allocation) = try await opened.store.allocate(request(impu: identity), admit: Self.admitAll) else {
                Issue.record("nothing is allocated")
                return
            }
            #expect(allocation.identities == [AssociatedIdentity(other), AssociatedIdentity(identity, isBarred: true)], "the default one first")
        }
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a new subscriber needs keys, and a known one keeps theirs`(_ implementation: Implementation)
        async throws
    {
        let opened = try Self.open(implementation)
        #expect(try await opened.store.put(change(hasKeys: false), .unconditional).refusedParam == "/k")
        #expect(try await opened.store.subscriber(user) == nil)
        _ = try await opened.store.put(change(), .unconditional)
        #expect(try await opened.store.put(change(hasKeys: false), .unconditional).stored?.record.keyCheckValue == "7d2ed9")
        #expect(try await standing(opened.store, request())?.credentials?.key == .milenage(key))
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `new keys are used from the next question on`(_ implementation: Implementation) async throws {
        let opened = try await filled(implementation)
        _ = try await numbers(opened.store, request())
        let other = MilenageKey(k: try K(hex: String(repeating: "0", count: 32)), opc: key.opc)
        let renewed = SubscriberChange(
            impi: user, impus: [identity], algorithm: .milenage, amf: Subscriber.usualAMF, enabled: true,
            keys: SubscriberChange.Keys(material: .milenage(other), keyCheckValue: "000000"), sqn: .kept)
        _ = try await opened.store.put(renewed, .unconditional)
        #expect(try await standing(opened.store, request())?.credentials?.key == .milenage(other))
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `the sequence number stays where it is or goes forward`(_ implementation: Implementation)
        async throws
    {
        let opened = try await filled(implementation)
        _ = try await opened.store.put(change(sqn: SQN(0x400)), .unconditional)
        #expect(try await opened.store.put(change(sqn: SQN(0x3ff)), .unconditional).refusedParam == "/sqn")
        #expect(try await opened.store.subscriber(user)?.record.sqn == SQN(0x400))
        _ = try await numbers(opened.store, request())
        #expect(try await opened.store.put(change(), .unconditional).stored?.record.sqn == SQN(0x420), "left out, it is kept")
        #expect(try await opened.store.put(change(sqn: SQN(0x41f)), .unconditional).refusedParam == "/sqn", "spent numbers count")
        #expect(try await opened.store.put(change(sqn: SQN(0x420)), .unconditional).stored != nil)
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a public identity belongs to one subscriber`(_ implementation: Implementation) async throws {
        let opened = try await filled(implementation)
        let other = try IMPI("user2@primary.example")
        #expect(try await opened.store.put(change(other), .unconditional).refusedParam == "/impus")
        #expect(try await opened.store.subscriber(other) == nil, "nothing of a refused subscriber stays")
        let second = try IMPU("sip:user2@primary.example")
        #expect(try await opened.store.put(change(impus: [second, identity]), .unconditional).stored != nil, "one's own may be ordered anew")
        _ = try await opened.store.put(change(impus: [second]), .unconditional)
        #expect(try await opened.store.put(change(other), .unconditional).stored != nil, "what was given up is free")
        await opened.close()
    }

    /// TS 33.102 Annex C.2: a card that accepted a number accepts nothing lower, so only another card makes going back right.
    @Test(arguments: Implementation.allCases) func `the sequence number begins anew with another key, or on the word that the card is another`(
        _ implementation: Implementation
    ) async throws {
        let opened = try await filled(implementation)
        let store = opened.store
        func reset(_ sqn: SubscriberChange.SequenceNumber, _ keyCheckValue: String?) -> SubscriberChange {
            SubscriberChange(
                impi: user, impus: [identity], algorithm: .milenage, amf: Subscriber.usualAMF, enabled: true,
                keys: keyCheckValue.map { SubscriberChange.Keys(material: .milenage(key), keyCheckValue: $0) }, sqn: sqn)
        }
        _ = try await store.put(change(sqn: SQN(seq: SQN.seqMax, ind: .zero)), .unconditional)
        guard case .exhausted = try await store.allocate(request(), admit: Self.admitAll) else {
            Issue.record("there are numbers left")
            return
        }
        #expect(try await store.put(reset(.startingAnew(.zero), "7d2ed9"), .unconditional).refusedParam == "/k")
        #expect(try await store.put(reset(.startingAnew(.zero), "000001"), .unconditional).stored?.record.sqn == .zero)
        #expect(try await numbers(store, request()) == [SQN(seq: 1, ind: .zero)])
        #expect(try await store.put(reset(.ofReplacedCard(SQN(0x10)), nil), .unconditional).stored?.record.sqn == SQN(0x10))
        #expect(try await numbers(store, request()) == [SQN(seq: 1, ind: .zero)])
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `lists show the subscribers that a filter names`(_ implementation: Implementation) async throws {
        let opened = try await filled(implementation)
        let store = opened.store
        let other = try IMPI("user2@primary.example")
        let number = try IMPU("tel:+4915")
        _ = try await store.put(change(other, impus: [number], enabled: false), .unconditional)
        func listed(_ selection: SubscriberSelection, limit: Int = 10) async throws -> [IMPI] {
            try await store.subscribers(selection, limit: limit).map(\.record.impi)
        }
        #expect(try await listed(SubscriberSelection()) == [user, other])
        #expect(try await listed(SubscriberSelection(), limit: 1) == [user])
        #expect(try await listed(SubscriberSelection(after: user.text)) == [other])
        #expect(try await listed(SubscriberSelection(impu: number)) == [other])
        #expect(try await listed(SubscriberSelection(after: other.text, impu: number)) == [])
        #expect(try await listed(SubscriberSelection(impu: number, enabled: true)) == [])
        #expect(try await listed(SubscriberSelection(impu: try IMPU("tel:+1"))) == [])
        #expect(try await listed(SubscriberSelection(enabled: false)) == [other])
        #expect(try await listed(SubscriberSelection(enabled: true)) == [user])
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `the condition of a change is judged before its content`(_ implementation: Implementation)
        async throws
    {
        let opened = try await filled(implementation)
        for refused in [
            change(sqn: try SQN(0)), change(try IMPI("user2@primary.example")), change(try IMPI("user2@primary.example"), hasKeys: false),
        ] {
            guard case .preconditionFailed = try await opened.store.put(refused, .forbidden) else {
                Issue.record("something came before the condition")
                continue
            }
        }
        await opened.close()
    }

    // MARK: what is known when a question comes

    @Test(arguments: Implementation.allCases) func `a question finds the user, and whose its public identity is`(_ implementation: Implementation)
        async throws
    {
        let opened = try await filled(implementation)
        let stranger = try IMPI("nobody@primary.example")
        for _ in 0..<2 {
            let standing = try #require(try await standing(opened.store, request(impu: identity)))
            #expect(try standing.credentials?.key == .milenage(key) && standing.credentials?.enabled == true && standing.credentials?.sqn == SQN(0))
            #expect(standing.impuOwner == user && standing.servingCSCF == nil)
        }
        let unknown = try #require(try await self.standing(opened.store, request(stranger, impu: identity)))
        #expect(unknown.credentials == nil && unknown.impuOwner == user)
        #expect(try await self.standing(opened.store, request(impu: try IMPU("sip:nobody@primary.example")))?.impuOwner == nil)
        #expect(try await self.standing(opened.store, request())?.impuOwner == nil, "where the question names none")
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `of each system the S-CSCF that it asked for last is known`(_ implementation: Implementation)
        async throws
    {
        let opened = try await filled(implementation)
        let store = opened.store
        _ = try await numbers(store, request(server: "sip:home.example"))
        _ = try await numbers(store, request(of: partner, server: "sip:away.example"))
        #expect(try await standing(store, request())?.servingCSCF == "sip:home.example")
        #expect(try await standing(store, request(of: partner))?.servingCSCF == "sip:away.example")
        #expect(try await standing(store, request(of: .visited(SystemID("other.example"))))?.servingCSCF == nil)
        _ = try await numbers(store, request(server: "sip:other.example"))
        #expect(try await standing(store, request())?.servingCSCF == "sip:other.example")
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `what an operator changes holds for the next question`(_ implementation: Implementation)
        async throws
    {
        let opened = try await filled(implementation)
        let store = opened.store
        _ = try await numbers(store, request(impu: identity))
        let renamed = try IMPU("sip:new@primary.example")
        _ = try await store.put(change(impus: [renamed], enabled: false, sqn: SQN(0x400)), .unconditional)
        let standing = try #require(try await standing(store, request(impu: renamed)))
        #expect(try standing.impuOwner == user && standing.credentials?.enabled == false && standing.credentials?.sqn == SQN(0x400))
        #expect(try await self.standing(store, request(impu: identity))?.impuOwner == nil)
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `nothing is left of a subscriber who was deleted`(_ implementation: Implementation) async throws {
        let opened = try await filled(implementation)
        let store = opened.store
        _ = try await numbers(store, request(impu: identity))
        #expect(try await store.deleteSubscriber(user, .unconditional).isDeleted)
        let gone = try #require(try await standing(store, request(impu: identity)))
        #expect(gone.credentials == nil && gone.impuOwner == nil && gone.servingCSCF == nil)
        #expect(try await store.put(change(try IMPI("user2@primary.example")), .unconditional).stored != nil, "the public identity is free")
        let again = try IMPU("sip:again@primary.example")
        _ = try await store.put(change(impus: [again], sqn: SQN(0x800)), .unconditional)
        let back = try #require(try await standing(store, request()))
        #expect(try back.credentials?.sqn == SQN(0x800) && back.servingCSCF == nil)
        await opened.close()
    }

    // MARK: spending sequence numbers

    @Test(arguments: Implementation.allCases) func `numbers follow one another, lowest first, and the last is where the counter stands`(
        _ implementation: Implementation
    ) async throws {
        let opened = try await filled(implementation)
        #expect(try await numbers(opened.store, request(count: 3)).map(\.seq) == [1, 2, 3])
        #expect(try await numbers(opened.store, request(count: 2)).map(\.seq) == [4, 5])
        #expect(try await opened.store.subscriber(user)?.record.sqn.seq == 5)
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `questions at once never get one number twice`(_ implementation: Implementation) async throws {
        let opened = try await filled(implementation)
        let store = opened.store
        let (user, identity, partner) = (user, identity, partner)
        let sqns = try await withThrowingTaskGroup(of: [SQN].self) { group in
            for number in 0..<200 {
                let request = Allocation.Request(
                    impi: user, impu: identity, system: number % 3 == 0 ? partner : .home, cscfServerName: "sip:s\(number % 2)", count: 1 + number % 2
                )
                group.addTask {
                    guard case .allocated(let allocation) = try await store.allocate(request, admit: Self.admitAll) else { return [] }
                    return allocation.sqns
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(sqns.map(\.seq).sorted() == Array(1...300))
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a question that is refused changes nothing`(_ implementation: Implementation) async throws {
        let opened = try await filled(implementation)
        let store = opened.store
        _ = try await numbers(store, request(server: "sip:first.example"))
        for system in [RequestingSystem.home, partner] {
            let outcome = try await store.allocate(request(of: system, server: "sip:second.example")) { (_) throws(AuthFailure) in
                throw AuthFailure(.authenticationRejected, "no")
            }
            guard case .refused(let failure) = outcome, failure.code == .authenticationRejected else {
                Issue.record("the refusal is not the answer")
                continue
            }
        }
        #expect(try await store.subscriber(user)?.record.sqn.seq == 1)
        #expect(try await standing(store, request())?.servingCSCF == "sip:first.example")
        #expect(try await numbers(store, request(of: .visited(SystemID("other.example")))).map(\.ind.value) == [16], "no slot was taken")
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a resynchronisation that moves the counter is gone on from`(_ implementation: Implementation)
        async throws
    {
        let opened = try await filled(implementation)
        let moving: Admission.Rule = { (standing) throws(AuthFailure) in
            guard let credentials = standing.credentials else { throw AuthFailure(.userNotFound, "nobody") }
            return Admission(credentials: credentials, resynchronisation: .moved(toSEQ: 5_000))
        }
        #expect(try await numbers(opened.store, request(count: 2), admit: moving).map(\.seq) == [5_001, 5_002])
        #expect(try await numbers(opened.store, request()).map(\.seq) == [5_003])
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `each system has a slot of its own and keeps it, while the numbers of all grow together`(
        _ implementation: Implementation
    ) async throws {
        let opened = try await filled(implementation)
        var sqns: [SQN] = []
        for name in [nil, "a.example", "b.example", nil, "a.example"] as [String?] {
            sqns += try await numbers(opened.store, request(of: try name.map { .visited(try SystemID($0)) } ?? .home))
        }
        #expect(sqns.map(\.ind.value) == [0, 16, 17, 0, 16])
        #expect(sqns.map(\.seq) == [1, 2, 3, 4, 5])
        var slots: [UInt8] = []
        for number in 0..<16 {
            slots += try await numbers(opened.store, request(of: .visited(try SystemID("s\(number).example")))).map(\.ind.value)
        }
        #expect(slots == Array(18...31) + [16, 17], "when all are taken, the one that fewest have is shared")
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `numbers that are used up never start over, and take nothing with them`(
        _ implementation: Implementation
    ) async throws {
        let opened = try Self.open(implementation)
        _ = try await opened.store.put(change(sqn: SQN(seq: SQN.seqMax - 1, ind: .zero)), .unconditional)
        guard case .exhausted = try await opened.store.allocate(request(count: 2), admit: Self.admitAll) else {
            Issue.record("two numbers were made of one")
            return
        }
        #expect(try await numbers(opened.store, request()).map(\.seq) == [SQN.seqMax])
        for _ in 0..<2 {
            guard case .exhausted = try await opened.store.allocate(request(), admit: Self.admitAll) else {
                Issue.record("the numbers started over")
                return
            }
        }
        #expect(try await opened.store.subscriber(user)?.record.sqn.seq == SQN.seqMax)
        await opened.close()
    }
}
