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
    }

    private static func open(_ implementation: Implementation) throws -> Opened {
        if implementation == .inMemory { return Opened(store: InMemoryCallbackStore()) {} }
        let directory = try TemporaryDirectory()
        let database = try Database.open(directory.file("callbacks.sqlite"), migrations: [SQLiteCallbackStore.migration]) { _ in }
        let rules = SQLiteCallbackStore.Rules { (_, _, _) throws(SQLiteError) in true }
        return Opened(store: SQLiteCallbackStore(database, rules)) {
            await database.close()
            _ = directory
        }
    }

    private let start = Timestamp.now()

    private func callback(_ user: Int = 1, at system: String = "primary.example", to uri: String = "http://127.0.0.1:1/x") throws -> Callback {
        Callback(
            impi: try IMPI("visitor\(user)@partner.example"), asker: try SystemID("partner.example"),
            nextImpi: try IMPI("user\(user)@primary.example"),
            nextSystem: try SystemID(system), uri: uri)
    }

    private func due(_ store: any CallbackStore, after time: Duration = .zero, limit: Int = 100) async throws -> Set<Callback> {
        Set(try await store.due(at: start + time, limit: limit).map(\.callback))
    }

    @Test(arguments: Implementation.allCases) func `only notices about users who are shut out are due`(_ implementation: Implementation) async throws
    {
        let opened = try Self.open(implementation)
        for user in 1...3 { try await opened.store.keep(callback(user), at: start) }
        try await opened.store.keep(callback(1, to: "http://127.0.0.1:2/x"), at: start)
        try await opened.store.judge(at: start)
        #expect(try await due(opened.store).isEmpty)
        try await opened.store.shutOut(callback(1).nextImpi, by: callback().nextSystem, at: start)
        #expect(try await due(opened.store) == [callback(1), callback(1, to: "http://127.0.0.1:2/x")])
        try await opened.store.shutOut(callback(2).nextImpi, by: nil, at: start)
        #expect(try await due(opened.store).count == 3)
        #expect(try await due(opened.store, limit: 2).count == 2)
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a system shuts out its own users alone`(_ implementation: Implementation) async throws {
        let opened = try Self.open(implementation)
        try await opened.store.keep(callback(), at: start)
        try await opened.store.keep(callback(at: "other.example"), at: start)
        try await opened.store.shutOut(callback().nextImpi, by: SystemID("other.example"), at: start)
        #expect(try await due(opened.store) == [callback(at: "other.example")])
        #expect(Set(try await opened.store.nextSystems().map(\.text)) == ["primary.example", "other.example"])
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `what was heard is forgotten, what was not is due again later`(_ implementation: Implementation)
        async throws
    {
        let opened = try Self.open(implementation)
        for user in 1...2 {
            try await opened.store.keep(callback(user), at: start)
            try await opened.store.shutOut(callback(user).nextImpi, by: nil, at: start)
        }
        try await opened.store.settle(heard: [callback(1)], later: [(callback: callback(2), at: start + .seconds(5))])
        #expect(try await due(opened.store, after: .seconds(4)).isEmpty)
        let again = try await opened.store.due(at: start + .seconds(5), limit: 10)
        #expect(again.map(\.callback) == [try callback(2)] && again.map(\.attempts) == [1])
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a user who was let in again is not told of`(_ implementation: Implementation) async throws {
        let opened = try Self.open(implementation)
        try await opened.store.keep(callback(), at: start)
        try await opened.store.shutOut(callback().nextImpi, by: nil, at: start)
        #expect(!opened.store.isKept(try callback(), at: start), "what is due is not certain to stay")
        try await opened.store.keep(callback(), at: start)
        #expect(try await due(opened.store).isEmpty)
        // The notice of before was heard in the meantime: that says nothing about the new one.
        try await opened.store.settle(heard: [callback()], later: [(callback: callback(), at: start)])
        #expect(try await due(opened.store).isEmpty)
        try await opened.store.shutOut(callback().nextImpi, by: nil, at: start)
        #expect(try await due(opened.store) == [callback()])
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a callback is kept as long as a registration may last, and no longer`(
        _ implementation: Implementation
    )
        async throws
    {
        let opened = try Self.open(implementation)
        #expect(!opened.store.isKept(try callback(), at: start))
        // A store may need to be asked again before it is certain without waiting.
        for _ in 1...2 { try await opened.store.keep(callback(), at: start) }
        #expect(opened.store.isKept(try callback(), at: start))
        #expect(!opened.store.isKept(try callback(2), at: start))
        #expect(!opened.store.isKept(try callback(), at: start + (CallbackLimits.keepTime - CallbackLimits.registrationTime)))
        try await opened.store.shutOut(callback().nextImpi, by: nil, at: start)
        #expect(try await due(opened.store, after: CallbackLimits.keepTime - .seconds(1)) == [callback()])
        #expect(try await due(opened.store, after: CallbackLimits.keepTime).isEmpty)
        #expect(try await due(opened.store).isEmpty, "it is forgotten")
        await opened.close()
    }
}
