import Base
import Contracts
import Nhss
import SQLiteStore
import Store
import Support
import Testing

@testable import PrimaryMMS

/// What every `AuthorisationStore` promises.
@Suite struct AuthorisationStoreContractTests {
    /// The implementations. A further one is a further case.
    enum Implementation: CaseIterable {
        case inMemory
        case sqlite
        case cachedSQLite
    }

    /// An implementation that is open for one test.
    struct Opened {
        let store: any AuthorisationStore
        let close: @Sendable () async -> Void
    }

    private static func open(_ implementation: Implementation) throws -> Opened {
        if implementation == .inMemory { return Opened(store: InMemoryAuthorisationStore()) {} }
        let directory = try TemporaryDirectory()
        let database = try Database.open(directory.file("authorisations.sqlite"), migrations: SQLiteAuthorisationStore.migrations) { _ in }
        let store: any AuthorisationStore =
            implementation == .sqlite
            ? SQLiteAuthorisationStore(database: database, now: Timestamp.now) : CachedAuthorisationStore(database: database, now: Timestamp.now)
        return Opened(store: store) {
            await database.close()
            _ = directory
        }
    }

    let user: IMPI
    let partner: SystemID
    let certified: SystemID

    init() throws {
        user = try IMPI("user1@primary.example")
        partner = try SystemID("partner.example")
        certified = try SystemID("mms.partner.example")
    }

    private func system(_ systemID: SystemID? = nil, names: [String] = ["mms.partner.example"], enabled: Bool = true) -> PartnerSystem {
        PartnerSystem(systemID: systemID ?? partner, certificateNames: names, rateLimit: 100, enabled: enabled)
    }

    private func authorisation(_ impi: IMPI? = nil, in systemID: SystemID? = nil, enabled: Bool = true) -> MigrationAuthorisation {
        MigrationAuthorisation(
            impi: impi ?? user, systemID: systemID ?? partner, services: ["mcptt", "mcdata"],
            validity: Validity(notAfter: Timestamp(rfc3339: "2027-01-01T00:00:00Z")), enabled: enabled)
    }

    /// A store that holds a partner system and the authorisation of a user to migrate there.
    private func filled(_ implementation: Implementation) async throws -> Opened {
        let opened = try Self.open(implementation)
        _ = try await opened.store.put(system(), .unconditional)
        _ = try await opened.store.put(authorisation(), .unconditional)
        return opened
    }

    @Test(arguments: Implementation.allCases) func `partner systems and authorisations keep what every record keeps`(
        _ implementation: Implementation
    ) async throws {
        let opened = try Self.open(implementation)
        let systems = try (1...6).map { number in
            let systemID = try SystemID("s\(number).example")
            return RecordContract<PartnerSystemResource>.Item(systemID, system(systemID, names: ["mms.s\(number).example"]))
        }
        let names = PartnerNames(opened.store)
        #expect(await RecordContract(PartnerSystemResource(store: opened.store, names: names), systems).breaches() == [])
        for item in ["a.example", "b.example"] { _ = try await opened.store.put(system(try SystemID(item), names: []), .unconditional) }
        let authorisations = try ["u1@x", "u1@x.y", "u2@x"].flatMap { user in
            try ["a.example", "b.example"].map { system in
                let key = AuthorisationKey(impi: try IMPI(user), systemID: try SystemID(system))
                return RecordContract<AuthorisationResource>.Item(key, authorisation(key.impi, in: key.systemID))
            }
        }
        #expect(await RecordContract(AuthorisationResource(store: opened.store), authorisations).breaches() == [])
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a record is read as it was written`(_ implementation: Implementation) async throws {
        let opened = try await filled(implementation)
        let system = try #require(try await opened.store.partnerSystem(partner)?.record)
        #expect(system.systemID == partner && system.certificateNames == ["mms.partner.example"] && system.rateLimit == 100 && system.enabled)
        let authorisation = try #require(try await opened.store.authorisation(of: user, in: partner)?.record)
        #expect(authorisation.impi == user && authorisation.systemID == partner && authorisation.services == ["mcptt", "mcdata"])
        #expect(authorisation.validity == self.authorisation().validity && authorisation.enabled)
        await opened.close()
    }

    // MARK: partner systems

    @Test(arguments: Implementation.allCases) func `a partner system is known by its identifier and by the names of its certificate`(
        _ implementation: Implementation
    ) async throws {
        let opened = try await filled(implementation)
        for name in [partner, certified] { #expect(try await opened.store.partnerSystem(certified: name)?.systemID == partner) }
        #expect(try await opened.store.partnerSystem(certified: try SystemID("stranger.example")) == nil)
        #expect(try await opened.store.partnerSystem(certified) == nil, "a certificate's name is no identifier")
        #expect(try await Set(opened.store.partnerNames()) == ["partner.example", "mms.partner.example"])
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a certificate's name stands for one partner system`(_ implementation: Implementation)
        async throws
    {
        let opened = try await filled(implementation)
        let other = try SystemID("other.example")
        #expect(try await opened.store.put(system(other), .unconditional).refusedParam == "/certificateNames")
        #expect(try await opened.store.partnerSystem(other) == nil, "nothing of a refused system stays")
        _ = try await opened.store.put(system(names: []), .unconditional)
        #expect(try await opened.store.put(system(other), .unconditional).stored != nil)
        #expect(try await opened.store.partnerSystem(certified: certified)?.systemID == other)
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `a partner system stays while users may migrate to it`(_ implementation: Implementation)
        async throws
    {
        let opened = try await filled(implementation)
        #expect(try await opened.store.deletePartnerSystem(partner, .unconditional).isConflict)
        #expect(try await opened.store.partnerSystem(certified: certified) != nil)
        _ = try await opened.store.deleteAuthorisation(of: user, in: partner, .unconditional)
        #expect(try await opened.store.deletePartnerSystem(partner, .unconditional).isDeleted)
        #expect(try await opened.store.partnerSystem(certified: certified) == nil)
        #expect(try await opened.store.partnerNames() == [])
        await opened.close()
    }

    // MARK: authorisations

    @Test(arguments: Implementation.allCases) func `nobody is authorised to migrate to a system that is not known`(_ implementation: Implementation)
        async throws
    {
        let opened = try await filled(implementation)
        let unknown = try SystemID("unknown.example")
        #expect(try await opened.store.put(authorisation(in: unknown), .unconditional).refusedParam == "{systemId}")
        guard case .preconditionFailed = try await opened.store.put(authorisation(in: unknown), .forbidden) else {
            Issue.record("the conflict came before the condition")
            return
        }
        #expect(try await opened.store.authorisation(of: user, in: unknown) == nil)
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `the authorisations of one user are listed alone`(_ implementation: Implementation) async throws {
        let opened = try await filled(implementation)
        let (store, other) = (opened.store, try IMPI("user0@primary.example"))
        let second = try SystemID("second.example")
        _ = try await store.put(system(second, names: []), .unconditional)
        for systemID in [second, partner] { _ = try await store.put(authorisation(other, in: systemID), .unconditional) }
        func listed(of impi: IMPI?, after cursor: AuthorisationCursor = .start, limit: Int = 10) async throws -> [String] {
            try await store.authorisations(AuthorisationSelection(after: cursor, impi: impi), limit: limit).map {
                "\($0.record.impi.text) \($0.record.systemID.text)"
            }
        }
        let all = ["user0@primary.example partner.example", "user0@primary.example second.example", "user1@primary.example partner.example"]
        #expect(try await listed(of: nil) == all)
        #expect(try await listed(of: other) == Array(all.prefix(2)))
        #expect(try await listed(of: other, limit: 1) == [all[0]])
        #expect(try await listed(of: other, after: AuthorisationCursor(impi: other.text, systemID: "partner.example")) == [all[1]])
        #expect(try await listed(of: nil, after: AuthorisationCursor(impi: other.text, systemID: "zzz")) == [all[2]])
        #expect(try await listed(of: try IMPI("nobody@primary.example")) == [])
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `what a question looks up follows every change as soon as that is answered`(
        _ implementation: Implementation
    ) async throws {
        let opened = try await filled(implementation)
        let store = opened.store
        for enabled in [true, false, true] {
            _ = try await store.put(system(enabled: enabled), .unconditional)
            _ = try await store.put(authorisation(enabled: !enabled), .unconditional)
            for _ in 0..<2 {
                for name in [partner, certified] { #expect(try await store.partnerSystem(certified: name)?.enabled == enabled) }
                #expect(try await store.authorisation(of: user, in: partner)?.record.enabled == !enabled)
            }
        }
        _ = try await store.put(authorisation(enabled: true), .forbidden)
        #expect(try await store.authorisation(of: user, in: partner)?.record.enabled == false)
        _ = try await store.deleteAuthorisation(of: user, in: partner, .unconditional)
        #expect(try await store.authorisation(of: user, in: partner) == nil)
        await opened.close()
    }

    @Test(arguments: Implementation.allCases) func `who was told of a change finds it, however many ask meanwhile`(_ implementation: Implementation)
        async throws
    {
        let opened = try await filled(implementation)
        let store = opened.store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<100 {
                        _ = try await store.authorisation(of: user, in: partner)
                        _ = try await store.partnerSystem(certified: certified)
                    }
                }
            }
            for round in 0..<50 {
                _ = try await store.put(authorisation(enabled: round % 2 == 0), .unconditional)
                #expect(try await store.authorisation(of: user, in: partner)?.record.enabled == (round % 2 == 0))
                _ = try await store.put(system(enabled: round % 2 == 1), .unconditional)
                #expect(try await store.partnerSystem(certified: certified)?.enabled == (round % 2 == 1))
            }
            try await group.waitForAll()
        }
        await opened.close()
    }

    // MARK: authentication status

    @Test(arguments: Implementation.allCases) func `of each user the last result in each system is kept`(_ implementation: Implementation)
        async throws
    {
        let opened = try await filled(implementation)
        let other = try SystemID("other.example")
        func entry(_ systemID: SystemID, _ result: String, cause: String? = nil, at second: Int64) -> AuthenticationStatusEntry {
            AuthenticationStatusEntry(
                impi: user, systemID: systemID, result: result, cause: cause, at: Timestamp(microsecondsSince1970: second * 1_000_000))
        }
        #expect(try await opened.store.status(of: user) == [])
        try await opened.store.record([entry(partner, "REFUSED", cause: "migrationNotAllowed", at: 1), entry(other, "VECTORS_ISSUED", at: 2)])
        try await opened.store.record([entry(partner, "VECTORS_ISSUED", at: 3)])
        #expect(try await opened.store.status(of: user) == [entry(other, "VECTORS_ISSUED", at: 2), entry(partner, "VECTORS_ISSUED", at: 3)])
        try await opened.store.record([entry(other, "REFUSED", cause: "tooManyRequests", at: 4)])
        #expect(try await opened.store.status(of: user).first == entry(other, "REFUSED", cause: "tooManyRequests", at: 4))
        #expect(try await opened.store.status(of: try IMPI("nobody@primary.example")) == [])
        await opened.close()
    }
}
