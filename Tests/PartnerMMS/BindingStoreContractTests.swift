import Base
import Contracts
import Nhss
import SQLiteStore
import Store
import Support
import Testing

@testable import PartnerMMS

/// What every `BindingStore` promises.
@Suite struct BindingStoreContractTests {
    /// The implementations. A further one is a further case.
    enum Implementation: CaseIterable {
        case inMemory
        case sqlite
        case cachedSQLite
    }

    /// An implementation that is open for one test.
    struct Opened {
        let store: any BindingStore
        let close: @Sendable () async -> Void
    }

    private static func open(_ implementation: Implementation) throws -> Opened {
        if implementation == .inMemory { return Opened(store: InMemoryBindingStore()) {} }
        let directory = try TemporaryDirectory()
        let database = try Database.open(directory.file("bindings.sqlite"), migrations: SQLiteBindingStore.migrations) { _ in }
        let store: any BindingStore =
            implementation == .sqlite
            ? SQLiteBindingStore(database: database, now: Timestamp.now) : CachedBindingStore(database: database, now: Timestamp.now)
        return Opened(store: store) {
            await database.close()
            _ = directory
        }
    }

    let primary: SystemID
    let other: SystemID

    init() throws {
        primary = try SystemID("primary.example")
        other = try SystemID("other.example")
    }

    private func system(_ systemID: SystemID, enabled: Bool = true) -> PrimarySystem {
        PrimarySystem(systemID: systemID, apiRoots: ["http://127.0.0.1:1"], enabled: enabled)
    }

    /// The binding of `visitor1` to `user1`, or as it is given.
    private func binding(
        _ number: Int = 1, primaryImpi: Int? = nil, partnerImpu: Int? = nil, primaryImpu: Int? = nil, in systemID: SystemID? = nil,
        enabled: Bool = true
    ) throws -> Binding {
        let identity = Binding.PublicIdentity(
            partner: try IMPU("sip:visitor\(partnerImpu ?? number)@partner.example"),
            primary: try IMPU("sip:user\(primaryImpu ?? number)@primary.example"))
        return Binding(
            partnerImpi: try IMPI("visitor\(number)@partner.example"), primaryImpi: try IMPI("user\(primaryImpi ?? number)@primary.example"),
            primarySystemID: systemID ?? primary, publicIdentities: [identity], services: ["mcptt", "mcvideo"],
            validity: Validity(notBefore: Timestamp(rfc3339: "2026-01-01T00:00:00Z")), enabled: enabled)
    }

    /// A store that holds both primary systems and the first binding.
    private func filled(_ implementation: Implementation) async throws -> Opened {
        let opened = try Self.open(implementation)
        for systemID in [primary, other] { _ = try await opened.store.put(system(systemID), .unconditional) }
        _ = try await opened.store.put(try binding(), .unconditional)
        return opened
    }

    @Test(arguments: Implementation.allCases) func `bindings and primary systems keep what every record keeps`(_ implementation: Implementation)
        async throws
    {
        let opened = try Self.open(implementation)
        let systems = try (1...6).map { number in
            let systemID = try SystemID("s\(number).example")
            return RecordContract<PrimarySystemResource>.Item(systemID, system(systemID))
        }
        #expect(await RecordContract(PrimarySystemResource(store: opened.store), systems).breaches() == [])
        _ = try await opened.store.put(system(primary), .unconditional)
        let bindings = try (1...6).map { number in
            let binding = try binding(number)
            return RecordContract<BindingResource>.Item(binding.partnerImpi, binding)
        }
        #expect(await RecordContract(BindingResource(store: opened.store), bindings).breaches() == [])
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a record is read as it was written`(_ implementation: Implementation) async throws {
        let opened = try await filled(implementation)
        let binding = try binding()
        #expect(try await opened.store.binding(of: binding.partnerImpi)?.record == binding)
        #expect(try await opened.store.primarySystem(primary)?.record == system(primary))
        let identity = Binding.PublicIdentity(
            partner: try IMPU("sip:visitor1@partner.example"), primary: try IMPU("sip:user1@primary.example"), isBarred: true)
        let barred = Binding(
            partnerImpi: binding.partnerImpi, primaryImpi: binding.primaryImpi, primarySystemID: primary, publicIdentities: [identity],
            services: binding.services, validity: binding.validity, enabled: true)
        _ = try await opened.store.put(barred, .unconditional)
        #expect(try await opened.store.binding(of: binding.partnerImpi)?.record == barred)
        #expect(try await opened.store.route(of: binding.partnerImpi)?.binding == barred)
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `no identity of either side is in two bindings`(_ implementation: Implementation) async throws {
        let opened = try await filled(implementation)
        func refused(_ binding: Binding) async throws -> String? { try await opened.store.put(binding, .unconditional).refusedParam }
        #expect(try await refused(binding(2, primaryImpi: 1)) == "/primaryImpi")
        #expect(try await refused(binding(2, partnerImpu: 1)) == "/publicIdentities")
        #expect(try await refused(binding(2, primaryImpu: 1)) == "/publicIdentities")
        #expect(try await opened.store.binding(of: binding(2).partnerImpi) == nil, "nothing of a refused binding stays")
        #expect(try await refused(binding(2)) == nil)
        #expect(try await refused(binding(2, primaryImpi: 1)) == "/primaryImpi")
        #expect(
            try await opened.store.binding(of: binding(2).partnerImpi)?.record == binding(2), "a refused replacement leaves the binding as it was")
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `two primary systems may give their users the same names`(_ implementation: Implementation)
        async throws
    {
        let opened = try await filled(implementation)
        #expect(try await opened.store.put(try binding(2, primaryImpi: 1, primaryImpu: 1, in: other), .unconditional).stored != nil)
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `the identities of a binding are free once it is deleted`(_ implementation: Implementation)
        async throws
    {
        let opened = try await filled(implementation)
        #expect(try await opened.store.deleteBinding(of: try binding().partnerImpi, .unconditional).isDeleted)
        #expect(try await opened.store.put(try binding(2, primaryImpi: 1, partnerImpu: 1, primaryImpu: 1), .unconditional).stored != nil)
        await opened.close()
    }

    @Test(arguments: Implementation.allCases)
    func `a binding leads to a primary system that is known, and keeps it from being deleted`(_ implementation: Implementation) async throws {
        let opened = try await filled(implementation)
        let unknown = try binding(in: SystemID("unknown.example"))
        #expect(try await opened.store.put(unknown, .unconditional).refusedParam == "/primarySystemId")
        #expect(try await opened.store.binding(of: unknown.partnerImpi)?.record == binding(), "the old binding is still there")
        #expect(try await opened.store.deletePrimarySystem(primary, .unconditional).isConflict)
        #expect(try await opened.store.primarySystem(primary) != nil)
        _ = try await opened.store.deleteBinding(of: unknown.partnerImpi, .unconditional)
        #expect(try await opened.store.deletePrimarySystem(primary, .unconditional).isDeleted)
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `the condition of a change is judged before what it contradicts`(_ implementation: Implementation)
        async throws
    {
        let opened = try await filled(implementation)
        guard case .preconditionFailed = try await opened.store.put(try binding(2, primaryImpi: 1), .forbidden) else {
            Issue.record("the conflict came first")
            return
        }
        guard case .preconditionFailed = try await opened.store.deletePrimarySystem(primary, .forbidden) else {
            Issue.record("the conflict came first")
            return
        }
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a route follows every change as soon as that is answered`(_ implementation: Implementation)
        async throws
    {
        let opened = try await filled(implementation)
        let store = opened.store
        let away = try binding().partnerImpi
        for enabled in [true, false, true] {
            _ = try await store.put(try binding(enabled: enabled), .unconditional)
            for _ in 0..<2 { #expect(try await store.route(of: away)?.binding.enabled == enabled) }
            _ = try await store.put(system(primary, enabled: !enabled), .unconditional)
            for _ in 0..<2 { #expect(try await store.route(of: away)?.system.enabled == !enabled) }
        }
        _ = try await store.put(try binding(enabled: false), .forbidden)
        _ = try await store.put(try binding(in: SystemID("unknown.example")), .unconditional)
        #expect(try await store.route(of: away)?.binding == binding(), "a change that was refused changes no route")
        _ = try await store.deleteBinding(of: away, .unconditional)
        #expect(try await store.route(of: away) == nil)
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `who was told of a change finds it on the route, however many ask meanwhile`(
        _ implementation: Implementation
    ) async throws {
        let opened = try await filled(implementation)
        let store = opened.store
        let away = try binding().partnerImpi
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { for _ in 0..<100 { _ = try await store.route(of: away) } } }
            for round in 0..<50 {
                _ = try await store.put(try binding(enabled: round % 2 == 0), .unconditional)
                #expect(try await store.route(of: away)?.binding.enabled == (round % 2 == 0))
            }
            try await group.waitForAll()
        }
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `nobody has a route without a binding`(_ implementation: Implementation) async throws {
        let opened = try await filled(implementation)
        #expect(try await opened.store.route(of: try IMPI("nobody@partner.example")) == nil)
        await opened.close()
    }
}
