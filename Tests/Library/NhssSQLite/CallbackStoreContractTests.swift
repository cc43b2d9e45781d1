import Base
import Callbacks
import Nhss
import NhssSQLite
import SQLiteStore
import Store
import Support
import Testing

/// What every `CallbackStore` promises.
@Suite struct CallbackStoreContractTests {
    /// The implementations. A further one is a further case.
    enum Implementation: CaseIterable {
        case inMemory
        case sqlite
    }

    /// An implementation that is open for one test.
    struct Opened {
        let store: any CallbackStore
        let close: @Sendable () async -> Void

        @discardableResult func keep(
            _ callback: Callback, granting identities: GrantedIdentities = GrantedIdentities(), at now: Timestamp, isVoid: Bool = false
        ) async throws -> KeepOutcome {
            try await store.keep(callback, granting: identities, at: now, unless: { isVoid })
        }

        /// The callbacks that are due in all lanes. None of them is under way afterwards.
        func due(at now: Timestamp) async throws -> Set<Callback> {
            _ = try await store.judge(at: now)
            var found: Set<Callback> = []
            for lane in try await store.lanes(at: now, without: [], perAskerMax: 100) {
                let taken = try await store.take(lane, at: now, limit: 100).map(\.callback)
                found.formUnion(taken)
                try await store.settle(heard: [], later: taken.map { (callback: $0, at: now) })
            }
            return found
        }
    }

    private static func open(_ implementation: Implementation) throws -> Opened {
        if implementation == .inMemory { return Opened(store: InMemoryCallbackStore()) {} }
        let directory = try TemporaryDirectory()
        let database = try Database.open(directory.file("callbacks.sqlite"), migrations: [SQLiteCallbackStore.migration]) { _ in }
        return Opened(store: SQLiteCallbackStore(database, .none)) {
            await database.close()
            _ = directory
        }
    }

    private let start = Timestamp.now()

    private func callback(
        _ user: Int = 1, at system: String = "primary.example", to uri: String = "http://127.0.0.1:1/x", for asker: String = "partner.example"
    ) throws -> Callback {
        Callback(
            impi: try IMPI("visitor\(user)@partner.example"), asker: try SystemID(asker), nextImpi: try IMPI("user\(user)@primary.example"),
            nextSystem: try SystemID(system), uri: uri)
    }

    @Test(arguments: Implementation.allCases) func `only notices about users who are shut out are due`(_ implementation: Implementation) async throws
    {
        let opened = try Self.open(implementation)
        for user in 1...3 { try await opened.keep(callback(user), at: start) }
        let elsewhere = try callback(1, to: "http://127.0.0.1:2/x")
        try await opened.keep(elsewhere, at: start)
        #expect(try await opened.due(at: start).isEmpty)
        try await opened.store.shutOut(callback(1).nextImpi, by: callback().nextSystem, for: .permanentTermination, at: start)
        #expect(try await opened.due(at: start) == [callback(1), elsewhere])
        try await opened.store.shutOut(callback(2).nextImpi, by: nil, for: .permanentTermination, at: start)
        #expect(try await opened.due(at: start).count == 3)
        #expect(try await opened.store.judge(at: start) == CallbackJudgement(pending: 3, expired: 0, hasMore: false))
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a system shuts out its own users alone`(_ implementation: Implementation) async throws {
        let opened = try Self.open(implementation)
        try await opened.keep(callback(), at: start)
        try await opened.keep(callback(at: "other.example"), at: start)
        try await opened.store.shutOut(callback().nextImpi, by: SystemID("other.example"), for: .permanentTermination, at: start)
        #expect(try await opened.due(at: start) == [callback(at: "other.example")])
        try await opened.store.shutOut(callback().nextImpi, by: SystemID("third.example"), for: .permanentTermination, at: start)
        #expect(try await opened.due(at: start) == [callback(at: "other.example")])
        #expect(Set(try await opened.store.nextSystems().map(\.text)) == ["primary.example", "other.example"])
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `what was heard is forgotten, what was not is due again later`(_ implementation: Implementation)
        async throws
    {
        let opened = try Self.open(implementation)
        for user in 1...2 {
            try await opened.keep(callback(user), at: start)
            try await opened.store.shutOut(callback(user).nextImpi, by: nil, for: .permanentTermination, at: start)
        }
        _ = try await opened.store.judge(at: start)
        let lane = try callback().lane
        #expect(try await opened.store.take(lane, at: start, limit: 1).count == 1)
        #expect(try await opened.store.take(lane, at: start, limit: 10).count == 1, "what is under way is not taken again")
        try await opened.store.settle(heard: [callback(1)], later: [(callback: callback(2), at: start + .seconds(5))])
        #expect(try await opened.store.lanes(at: start + .seconds(4), without: [], perAskerMax: 8).isEmpty)
        #expect(try await opened.store.take(lane, at: start + .seconds(4), limit: 10).isEmpty)
        #expect(try await opened.store.lanes(at: start + .seconds(5), without: [], perAskerMax: 8) == [lane])
        let again = try await opened.store.take(lane, at: start + .seconds(5), limit: 10)
        #expect(again.map(\.callback) == [try callback(2)] && again.map(\.attempts) == [1])
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `those that have been due longest go first, and lanes are told apart`(
        _ implementation: Implementation
    ) async throws {
        let opened = try Self.open(implementation)
        for user in 1...4 {
            try await opened.keep(callback(user), at: start)
            try await opened.store.shutOut(callback(user).nextImpi, by: nil, for: .permanentTermination, at: start + .seconds(Int64(10 - user)))
        }
        let now = start + .seconds(60)
        _ = try await opened.store.judge(at: now)
        #expect(try await opened.store.take(callback().lane, at: now, limit: 2).map(\.callback) == [callback(4), callback(3)])
        for (asker, uri) in [("a.example", "http://a/x"), ("a.example", "http://b/x"), ("b.example", "http://a/x")] {
            let other = try callback(5, to: uri, for: asker)
            try await opened.keep(other, at: start)
            try await opened.store.shutOut(other.nextImpi, by: nil, for: .permanentTermination, at: start)
        }
        _ = try await opened.store.judge(at: now)
        func lanes(_ without: Set<CallbackLane> = [], perAsker: Int) async throws -> [CallbackLane] {
            try await opened.store.lanes(at: now, without: without, perAskerMax: perAsker)
        }
        #expect(try await lanes(perAsker: 8).count == 4)
        #expect(Set(try await lanes(perAsker: 1).map(\.asker.text)) == ["a.example", "b.example", "partner.example"])
        let first = CallbackLane(asker: try SystemID("a.example"), uri: "http://a/x")
        let second = CallbackLane(asker: try SystemID("a.example"), uri: "http://b/x")
        #expect(try await lanes([first], perAsker: 1).contains(second), "a lane that is left out takes nobody's place")
        #expect(try await !lanes([first, second], perAsker: 8).contains { $0.asker.text == "a.example" })
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a user whom the next hop has let in again is not told of`(_ implementation: Implementation)
        async throws
    {
        let opened = try Self.open(implementation)
        try await opened.keep(callback(), at: start)
        try await opened.store.shutOut(callback().nextImpi, by: nil, for: .permanentTermination, at: start)
        #expect(!opened.store.isKept(try callback(), granting: GrantedIdentities(), at: start), "what is due is not certain to stay")
        #expect(try await opened.keep(callback(), at: start) == .kept)
        #expect(try await opened.due(at: start).isEmpty)
        try await opened.store.shutOut(callback().nextImpi, by: nil, for: .permanentTermination, at: start)
        #expect(try await opened.due(at: start) == [callback()])
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a user who has lost an identity is told of, whoever asks in between`(
        _ implementation: Implementation
    ) async throws {
        let opened = try Self.open(implementation)
        try await opened.keep(callback(), at: start)
        try await opened.store.shutOut(callback().nextImpi, by: nil, for: .serverChange, at: start)
        // Anybody can send a REGISTER in the name of the user, which asks and is answered. The lost identity is still registered.
        for _ in 1...2 { #expect(try await opened.keep(callback(), at: start) == .kept) }
        #expect(try await opened.due(at: start) == [callback()])
        _ = try await opened.store.take(callback().lane, at: start, limit: 8)
        try await opened.store.settle(heard: [callback()], later: [])
        try await opened.keep(callback(), at: start)
        #expect(try await opened.due(at: start).isEmpty)
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `while a notice is under way its user is not let in, because it would end that too`(
        _ implementation: Implementation
    ) async throws {
        let opened = try Self.open(implementation)
        for user in 1...2 { try await opened.keep(callback(user), at: start) }
        try await opened.store.shutOut(callback().nextImpi, by: nil, for: .permanentTermination, at: start)
        _ = try await opened.store.judge(at: start)
        #expect(try await opened.store.take(callback().lane, at: start, limit: 8).count == 1)
        #expect(try await opened.keep(callback(), at: start) == .noticeUnderWay)
        #expect(!opened.store.isKept(try callback(), granting: GrantedIdentities(), at: start))
        #expect(try await opened.keep(callback(2), at: start) == .kept, "others are let in")
        #expect(try await opened.keep(callback(1, to: "http://127.0.0.1:2/x"), at: start) == .kept, "and the user where nobody is being told")
        try await opened.store.settle(heard: [], later: [(callback: callback(), at: start)])
        #expect(try await opened.keep(callback(), at: start) == .kept)
        #expect(try await opened.due(at: start).isEmpty)
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `an answer that a notice of the next hop has crossed is not kept`(_ implementation: Implementation)
        async throws
    {
        let opened = try Self.open(implementation)
        #expect(try await opened.keep(callback(), at: start, isVoid: true) == .void)
        #expect(!opened.store.isKept(try callback(), granting: GrantedIdentities(), at: start))
        try await opened.keep(callback(), at: start)
        try await opened.store.shutOut(callback().nextImpi, by: nil, for: .permanentTermination, at: start)
        #expect(try await opened.keep(callback(), at: start, isVoid: true) == .void)
        #expect(try await opened.due(at: start) == [callback()], "the notice is still due")
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a notice says what the next hop said, and for good where one of several did`(
        _ implementation: Implementation
    ) async throws {
        let opened = try Self.open(implementation)
        func reason() async throws -> [DeregistrationReason] {
            _ = try await opened.store.judge(at: start)
            let taken = try await opened.store.take(callback().lane, at: start, limit: 8)
            try await opened.store.settle(heard: [], later: taken.map { (callback: $0.callback, at: start) })
            return taken.map(\.reason)
        }
        try await opened.keep(callback(), at: start)
        try await opened.store.shutOut(callback().nextImpi, by: nil, for: .serverChange, at: start)
        #expect(try await reason() == [.serverChange])
        try await opened.store.shutOut(callback().nextImpi, by: nil, for: .permanentTermination, at: start)
        #expect(try await reason() == [.permanentTermination])
        try await opened.store.shutOut(callback().nextImpi, by: nil, for: .serverChange, at: start)
        #expect(try await reason() == [.permanentTermination])
        try await opened.keep(callback(), at: start)
        #expect(try await reason() == [.serverChange], "the user is let in again, but with less")
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `what answers grant is kept together`(_ implementation: Implementation) async throws {
        let opened = try Self.open(implementation)
        let one = AssociatedIdentity(try IMPU("sip:user1@primary.example"))
        let other = AssociatedIdentity(try IMPU("tel:+15550100"))
        let barred = AssociatedIdentity(other.impu, isBarred: true)
        for granted in [[one], [one, barred]] {
            for _ in 1...2 { try await opened.keep(callback(), granting: GrantedIdentities(granted), at: start) }
            #expect(opened.store.isKept(try callback(), granting: GrantedIdentities(granted), at: start))
        }
        #expect(!opened.store.isKept(try callback(), granting: GrantedIdentities([one, other]), at: start), "it was barred, and is not any more")
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `an asker has a bounded number of addresses for a user`(_ implementation: Implementation)
        async throws
    {
        let opened = try Self.open(implementation)
        let count = CallbackLimits.addressesPerUserMax
        func address(_ number: Int) throws -> Callback { try callback(to: "http://127.0.0.1:\(number)/x") }
        for number in 1...count + 1 {
            for _ in 1...2 { try await opened.keep(address(number), at: start + .seconds(Int64(number))) }
        }
        try await opened.keep(callback(2), at: start)
        #expect(!opened.store.isKept(try address(1), granting: GrantedIdentities(), at: start), "the oldest gives way")
        try await opened.store.shutOut(callback().nextImpi, by: nil, for: .permanentTermination, at: start)
        #expect(try await opened.due(at: start + .seconds(60)) == Set((2...count + 1).map { number in try address(number) }))
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a callback is kept as long as a registration may last, and no longer`(
        _ implementation: Implementation
    )
        async throws
    {
        let opened = try Self.open(implementation)
        let none = GrantedIdentities()
        #expect(!opened.store.isKept(try callback(), granting: none, at: start))
        // A store may need to be asked again before it is certain without waiting.
        for _ in 1...2 {
            try await opened.keep(callback(), at: start)
            _ = try await opened.store.judge(at: start)
        }
        try await opened.keep(callback(), at: start)
        #expect(opened.store.isKept(try callback(), granting: none, at: start))
        #expect(!opened.store.isKept(try callback(2), granting: none, at: start))
        #expect(!opened.store.isKept(try callback(), granting: none, at: start + (CallbackLimits.keepTime - CallbackLimits.registrationTime)))
        try await opened.store.shutOut(callback().nextImpi, by: nil, for: .permanentTermination, at: start)
        #expect(try await opened.due(at: start + (CallbackLimits.keepTime - .seconds(1))) == [callback()])
        let end = start + CallbackLimits.keepTime
        #expect(try await opened.store.judge(at: end).expired == 1, "somebody should know that it was never heard")
        #expect(try await opened.due(at: end).isEmpty)
        #expect(try await opened.due(at: start).isEmpty, "it is forgotten")
        await opened.close()
    }
}
