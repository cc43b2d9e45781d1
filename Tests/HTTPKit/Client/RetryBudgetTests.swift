import Base
import Testing

@testable import HTTPKit

/// What is sent beyond one request for each question.
@Suite struct RetryBudgetTests {
    private static let limits = ClientLimits()
    private static func origin() throws -> Origin { Origin(try SocketAddress(host: "127.0.0.1", port: 1)) }

    /// How many of so many repeats are allowed.
    private func taken(_ wanted: Int, from budget: inout RetryBudget, _ shared: SharedRepeats, at now: Instant) throws -> Int {
        let origin = try Self.origin()
        return (0..<wanted).count { _ in budget.takeRepeat(at: now, of: origin, shared, Self.limits) }
    }

    @Test(arguments: [(0, 3), (1, 3), (30, 3), (40, 4), (56, 5), (100, 10), (1_009, 100)])
    func `a tenth of the questions may be repeated, and a few where hardly anybody asks`(questions: Int, repeats: Int) throws {
        let now = Instant.now
        var budget = RetryBudget(at: now)
        for _ in 0..<questions { budget.noteQuestion(at: now) }
        #expect(try taken(1_000, from: &budget, SharedRepeats(), at: now) == repeats)
    }

    @Test func `what is older than ten seconds counts no more, neither questions nor repeats`() throws {
        let start = Instant.now
        let shared = SharedRepeats()
        var budget = RetryBudget(at: start)
        for second in 0..<10 { for _ in 0..<100 { budget.noteQuestion(at: start + .seconds(second)) } }
        #expect(try taken(1_000, from: &budget, shared, at: start + .seconds(9)) == 100)
        #expect(try taken(1_000, from: &budget, shared, at: start + .seconds(12)) == 0)
        #expect(try taken(1_000, from: &budget, shared, at: start + .seconds(19)) == 3)
        #expect(try taken(1_000, from: &budget, shared, at: start + .seconds(1_000)) == 3)
    }

    @Test func `over any ten seconds there are a tenth more requests than questions at the most`() throws {
        let start = Instant.now
        let shared = SharedRepeats()
        var budget = RetryBudget(at: start)
        var repeats: [Int] = []
        for second in 0..<60 {
            for _ in 0..<100 { budget.noteQuestion(at: start + .seconds(second)) }
            repeats.append(try taken(100, from: &budget, shared, at: start + .seconds(second)))
        }
        for first in 0...50 { #expect(repeats[first..<first + 10].reduce(0, +) <= 100) }
    }

    @Test func `loops with few questions have the fewest repeats together, and each origin has its own`() throws {
        let now = Instant.now
        let shared = SharedRepeats()
        let other = Origin(try SocketAddress(host: "127.0.0.1", port: 2))
        var budgets = (0..<8).map { _ in RetryBudget(at: now) }
        for number in budgets.indices { for _ in 0..<9 { budgets[number].noteQuestion(at: now) } }
        var repeats = 0
        for number in budgets.indices { repeats += try taken(10, from: &budgets[number], shared, at: now) }
        #expect(repeats == 3)
        let ofOther = (0..<10).count { _ in budgets[0].takeRepeat(at: now, of: other, shared, Self.limits) }
        #expect(ofOther == 3)
        #expect(try taken(10, from: &budgets[1], shared, at: now + .milliseconds(9_999)) == 0)
        #expect(try taken(10, from: &budgets[1], shared, at: now + .seconds(10)) == 3)
    }

    enum Refusal: CaseIterable { case refusedStream, leavingAtOnce, enhanceYourCalm }

    @Test(arguments: Refusal.allCases) func `a server that refuses all is asked a tenth more often than there are questions, and a few times`(
        _ refusal: Refusal
    ) async throws {
        let requests = Counter()
        let server = try RawServer(http2: { peer in
            while let stream = try peer.nextRequest() {
                requests.next()
                switch refusal {
                case .refusedStream: peer.wire.send(.reset(stream, Frame.Code.refusedStream))
                case .leavingAtOnce: peer.wire.send(.goAway(last: 0))
                case .enhanceYourCalm: peer.wire.send(.goAway(last: 0, Frame.Code.enhanceYourCalm))
                }
            }
        })
        try await withClient(of: server, speaking: .http2) { laboratory in
            for _ in 0..<20 { #expect(await laboratory.ask().error?.maybeProcessed == false) }
            #expect(20...23 ~= requests.value)
            let outcome = await laboratory.ask()
            #expect(outcome.error == .of(.overloaded, maybeProcessed: false))
            #expect(outcome.error?.retryAfter == .seconds(1))
        }
    }

    @Test func `what is said to be a repetition is no question`() async throws {
        let requests = Counter()
        let server = try RawServer { connection in
            while connection.readRequest() {
                requests.next()
                connection.answer("ok")
            }
        }
        try await withClient(of: server) { laboratory in
            var request = ClientRequest(.get, "/")
            request.isRepeated = true
            for number in 1...10 {
                do throws(ClientError) {
                    _ = try await laboratory.client.send(request, to: laboratory.origin, deadline: .now + .seconds(5))
                    #expect(number <= 3)
                } catch { #expect(number > 3 && error == .of(.overloaded, maybeProcessed: false)) }
            }
            #expect(requests.value == 3)
        }
    }

    @Test func `a refused request has a moment before it is sent again`() async throws {
        let server = try RawServer(http2: { peer in
            while let stream = try peer.nextRequest() {
                if stream == 1 { peer.wire.send(.reset(stream, Frame.Code.refusedStream)) } else { peer.answer(stream, "later") }
            }
        })
        try await withClient(of: server, speaking: .http2, limits: { $0.retryTime = .milliseconds(80) }) { laboratory in
            let start = Instant.now
            #expect(await laboratory.ask().text == "later")
            #expect(.now - start >= .milliseconds(40))
        }
    }
}
