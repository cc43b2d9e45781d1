import Base
import Callbacks
import Nhss
import Store
import Testing

/// What comes between a question and its answer.
@Suite struct CallbackLedgerTests {
    let store = InMemoryCallbackStore()
    let ledger: CallbackLedger
    let callback: Callback

    init() throws {
        ledger = CallbackLedger(store, now: Timestamp.now)
        callback = Callback(
            impi: try IMPI("visitor1@partner.example"), asker: try SystemID("partner.example"), nextImpi: try IMPI("user1@primary.example"),
            nextSystem: try SystemID("primary.example"), uri: "http://127.0.0.1:1/x")
    }

    private func failure(since asked: UInt64?) async -> AuthFailure? {
        do throws(AuthFailure) {
            try await ledger.keep(callback, since: asked)
            return nil
        } catch { return error }
    }

    private func dueCount() async throws -> Int { try await store.judge(at: .now()).pending }

    @Test func `an answer that a notice about its user has crossed is not passed on, and the caller may ask again`() async throws {
        let asked = ledger.noticeCount
        try await ledger.shutOut(callback.nextImpi, by: callback.nextSystem, for: .permanentTermination)
        let failure = await failure(since: asked)
        #expect(failure == AuthFailure(.tooManyRequests, "") && failure?.retryAfter == .seconds(1))
        #expect(await self.failure(since: ledger.noticeCount) == nil, "whoever asks now is told what holds now")
    }

    @Test func `that holds also for a user who was known before`() async throws {
        #expect(await failure(since: ledger.noticeCount) == nil)
        let asked = ledger.noticeCount
        #expect(await failure(since: asked) == nil)
        try await ledger.shutOut(callback.nextImpi, by: callback.nextSystem, for: .permanentTermination)
        #expect(await failure(since: asked) != nil)
        #expect(try await dueCount() == 1, "the asker is told of the answer from before")
    }

    @Test func `a notice about somebody else crosses no answer`() async throws {
        let asked = ledger.noticeCount
        try await ledger.shutOut(IMPI("user2@primary.example"), by: callback.nextSystem, for: .permanentTermination)
        #expect(await failure(since: asked) == nil)
    }

    @Test func `where so many notices have come that not all are remembered, every answer counts as crossed`() async throws {
        let asked = ledger.noticeCount
        for user in 0...CallbackLimits.recentMax {
            try await ledger.shutOut(IMPI("other\(user)@primary.example"), by: nil, for: .permanentTermination)
        }
        #expect(await failure(since: asked) != nil)
        #expect(await failure(since: ledger.noticeCount) == nil)
    }

    @Test func `an answer that is to be passed on while the asker is told that the user is shut out is not`() async throws {
        try await ledger.keep(callback, since: nil)
        try await ledger.shutOut(callback.nextImpi, by: callback.nextSystem, for: .permanentTermination)
        let taken = try await store.take(callback.lane, at: .now(), limit: 8)
        #expect(taken.map(\.callback) == [callback])
        #expect(await failure(since: ledger.noticeCount) == AuthFailure(.tooManyRequests, ""))
        try await store.settle(heard: [callback], later: [])
        #expect(await failure(since: ledger.noticeCount) == nil)
        #expect(try await dueCount() == 0)
    }

    @Test func `only systems that users were asked of may shut users out`() async throws {
        #expect(ledger.recognise(["primary.example"]) == nil)
        try await ledger.keep(callback, since: nil)
        #expect(ledger.recognise(["x.example", "Primary.Example"]) == "Primary.Example")
        #expect(ledger.recognise(["partner.example", "mms.primary.example", "example"]) == nil)
        let again = CallbackLedger(store, now: Timestamp.now)
        #expect(again.recognise(["primary.example"]) == nil)
        try await again.restore()
        #expect(again.recognise(["primary.example"]) == "primary.example")
    }
}
