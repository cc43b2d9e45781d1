import Base
import Callbacks
import HTTPKit
import Nhss
import NhssHTTP
import SBI
import Store
import Support
import Testing

@testable import Chain

/// How notices that users are shut out reach those who have to know.
@Suite struct CallbackDeliveryTests {
    /// Peers that are called, and the clock.
    final class Peers: Sendable {
        /// What a peer does with a notice.
        enum Manner: Sendable {
            case answers(Int, Fields = [:])
            case explains(Int, cause: String)
            case fails(ClientError.Code, retryAfter: Duration? = nil)
            case hangs
        }

        struct Call: Sendable, Equatable {
            let origin: String
            let path: String
            let impi: String
            let reason: DeregistrationReason?
            let at: Instant
        }

        let store = InMemoryCallbackStore()
        let start = Timestamp.now()
        let events = Guarded<[CallbackDelivery.Event]>([])
        private let manners = Guarded<[String: Manner]>([:])
        private let calls = Guarded<[Call]>([])
        private let passed = Guarded(Duration.zero)
        private let first = Instant.now

        var now: Instant { first + passed.withLock { $0 } }
        var wall: Timestamp { start + passed.withLock { $0 } }
        func advance(_ time: Duration) { passed.withLock { $0 += time } }
        /// What was heard or refused, in the order in which it came.
        var all: [Call] { calls.withLock { $0 } }
        func set(_ origin: String, _ manner: Manner) { manners.withLock { $0[origin] = manner } }

        func delivery(random: UInt64 = .max) -> CallbackDelivery {
            CallbackDelivery(
                store, now: { [self] in wall }, clock: { [self] in now }, random: { random },
                onEvent: { [events] event in events.withLock { $0.append(event) } },
                transport: { [self] (request, origin, _) async throws(ClientError) in try await answer(request, origin) })
        }

        private func answer(_ request: ClientRequest, _ origin: Origin) async throws(ClientError) -> Response {
            let notice = try? DeregistrationNotice(json: request.body)
            calls.withLock {
                $0.append(
                    Call(
                        origin: "\(origin)", path: String(decoding: request.target, as: UTF8.self), impi: notice?.impi.text ?? "-",
                        reason: notice?.reason,
                        at: now))
            }
            switch manners.withLock({ $0["\(origin)"] }) ?? .answers(204) {
            case .answers(let status, let fields): return Response(Status(status), fields: fields)
            case .explains(let status, let cause): return Problem(Status(status), cause: cause).response
            case .fails(let code, let retryAfter): throw ClientError(code, "as the test wants it", maybeProcessed: true, retryAfter: retryAfter)
            case .hangs:
                // Until the test is over.
                while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
                throw ClientError(.cancelled, "the test is over", maybeProcessed: true)
            }
        }

        /// Shuts out a user whom the peer has registered.
        func shutOut(
            _ user: Int, at origin: String, asker: String = "partner.example", for reason: DeregistrationReason = .permanentTermination
        ) async throws {
            let impi = try IMPI("user\(user)@primary.example")
            let callback = Callback(
                impi: try IMPI("visitor\(user)@partner.example"), asker: try SystemID(asker), nextImpi: impi,
                nextSystem: try SystemID("primary.example"), uri: "http://\(origin)/prefix/notices")
            _ = try await store.keep(callback, granting: GrantedIdentities(), at: wall, unless: { false })
            try await store.shutOut(impi, by: nil, for: reason, at: wall)
        }

        /// The times between the attempts to call, in the order in which they came.
        func pauses(_ delivery: CallbackDelivery, count: Int) async throws -> [Duration] {
            let step = Duration.milliseconds(50)
            while all.count <= count {
                try await delivery.step()
                advance(step)
            }
            return zip(all.dropFirst(), all).map { $0.at - $1.at }
        }
    }

    let peers = Peers()
    static let one = "127.0.0.1:1"
    static let other = "127.0.0.1:2"

    @Test func `a notice goes to the address that was named, about the user as the asker knows them, once`() async throws {
        try await peers.shutOut(1, at: Self.one)
        let delivery = peers.delivery()
        for _ in 1...3 { try await delivery.step() }
        #expect(peers.all.map(\.origin) == [Self.one] && peers.all.map(\.path) == ["/prefix/notices"])
        #expect(peers.all.map(\.impi) == ["visitor1@partner.example"])
        #expect(peers.events.withLock { $0.contains(.heard(Self.one)) })
    }

    @Test(arguments: DeregistrationReason.allCases) func `a notice says why`(reason: DeregistrationReason) async throws {
        try await peers.shutOut(1, at: Self.one, for: reason)
        try await peers.delivery().step()
        #expect(peers.all.map(\.reason) == [reason])
    }

    @Test(arguments: [200, 202, 204]) func `is heard`(status: Int) async throws {
        peers.set(Self.one, .answers(status))
        try await peers.shutOut(1, at: Self.one)
        let delivery = peers.delivery()
        try await delivery.step()
        peers.advance(CallbackLimits.pauseMax)
        try await delivery.step()
        #expect(peers.all.count == 1)
    }

    @Test(arguments: [404, 410], ["USER_NOT_FOUND", "CONTEXT_NOT_FOUND", "RESOURCE_URI_STRUCTURE_NOT_FOUND", "INVALID_API"])
    func `is heard where the user is not known, and not where the path is not`(status: Int, cause: String) async throws {
        peers.set(Self.one, .explains(status, cause: cause))
        try await peers.shutOut(1, at: Self.one)
        let delivery = peers.delivery()
        try await delivery.step()
        peers.advance(CallbackLimits.pauseMax)
        try await delivery.step()
        #expect(peers.all.count == (cause.hasSuffix("_NOT_FOUND") && !cause.hasPrefix("RESOURCE") ? 1 : 2))
    }

    /// A notice takes a right away: no answer makes it be given up. A redirection is not followed, wherever it leads.
    @Test(arguments: [301, 307, 308, 400, 401, 403, 404, 405, 408, 410, 411, 413, 415, 421, 429, 500, 501, 502, 503, 504])
    func `is not heard, and sent again`(status: Int) async throws {
        peers.set(Self.one, .answers(status, ["Location": "http://127.0.0.1:9/stolen"]))
        try await peers.shutOut(1, at: Self.one)
        let delivery = peers.delivery()
        try await delivery.step()
        #expect(peers.events.withLock { $0.contains(.failed("\(Self.one): status \(status)")) })
        peers.set(Self.one, .answers(204))
        try await delivery.step()
        #expect(peers.all.count == 1, "not at once")
        peers.advance(CallbackLimits.pauseMax)
        try await delivery.step()
        #expect(peers.all.map(\.origin) == [Self.one, Self.one])
    }

    @Test(arguments: [ClientError.Code.connectionRefused, .unreachable, .insecure, .timedOut, .connectionClosed, .invalidResponse, .overloaded])
    func `a peer that cannot be reached is called again`(code: ClientError.Code) async throws {
        peers.set(Self.one, .fails(code))
        try await peers.shutOut(1, at: Self.one)
        let delivery = peers.delivery()
        try await delivery.step()
        peers.set(Self.one, .answers(204))
        peers.advance(CallbackLimits.pauseMax)
        try await delivery.step()
        try await delivery.step()
        #expect(peers.all.count == 2)
    }

    @Test(arguments: [
        (Peers.Manner.answers(503), UInt64.max, 1.0), (.answers(503), 0, 0.5), (.fails(.timedOut), .max, 1.0), (.answers(415), .max, 1.0),
        (.answers(415), 0, 0.5),
    ]) func `pauses double up to a minute, and differ from hop to hop`(manner: Peers.Manner, random: UInt64, factor: Double) async throws {
        peers.set(Self.one, manner)
        try await peers.shutOut(1, at: Self.one)
        let pauses = try await peers.pauses(peers.delivery(random: random), count: 10)
        let wanted = [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60].map { Duration.seconds($0 * factor) }
        // It is looked every 50 ms.
        for (pause, wanted) in zip(pauses, wanted) { #expect(pause >= wanted - .milliseconds(1) && pause <= wanted + .milliseconds(60), "\(pauses)") }
    }

    @Test(arguments: [
        ("7", 7.0), ("0", 0.5), ("Sun, 06 Nov 1994 08:49:47 GMT", 10), ("600", 600), ("1000000", 600), ("never", 0.5),
    ]) func `Retry-After is honoured, in seconds and as a date, within a bound`(value: String, seconds: Double) async throws {
        peers.set(Self.one, .answers(503, ["Retry-After": value, "Date": "Sun, 06 Nov 1994 08:49:37 GMT"]))
        try await peers.shutOut(1, at: Self.one)
        let pauses = try await peers.pauses(peers.delivery(), count: 1)
        #expect(pauses[0] >= .seconds(seconds - 0.01) && pauses[0] <= .seconds(seconds + 0.06))
    }

    @Test func `a peer that has asked the client to be left alone is left alone as long`() async throws {
        peers.set(Self.one, .fails(.overloaded, retryAfter: .seconds(20)))
        try await peers.shutOut(1, at: Self.one)
        #expect(try await peers.pauses(peers.delivery(), count: 1)[0] >= .seconds(20))
    }

    @Test func `a peer that fails is tried with one notice, and then told of all`() async throws {
        peers.set(Self.one, .answers(503))
        for user in 1...30 { try await peers.shutOut(user, at: Self.one) }
        let delivery = peers.delivery()
        try await delivery.step()
        let first = peers.all.count
        #expect(first == CallbackLimits.sentAtOnceMax)
        peers.advance(CallbackLimits.pauseMax)
        try await delivery.step()
        #expect(peers.all.count == first + 1)
        peers.set(Self.one, .answers(204))
        peers.advance(CallbackLimits.pauseMax)
        try await delivery.step()
        #expect(Set(peers.all.dropFirst(first + 1).map(\.impi)).count == 30)
    }

    @Test func `a notice that is refused holds no other back`() async throws {
        peers.set(Self.one, .answers(400))
        for user in 1...CallbackLimits.sentAtOnceMax { try await peers.shutOut(user, at: Self.one) }
        let delivery = peers.delivery()
        try await delivery.step()
        peers.set(Self.one, .answers(204))
        try await peers.shutOut(1_000, at: Self.one)
        try await delivery.step()
        #expect(peers.all.last?.impi == "visitor1000@partner.example")
    }

    @Test(.timeLimit(.minutes(1))) func `a peer that hangs holds no notices to others back, nor those of another asker at the same peer`()
        async throws
    {
        peers.set(Self.one, .hangs)
        for user in 1...100 { try await peers.shutOut(user, at: Self.one) }
        let delivery = peers.delivery()
        let running = Task { await delivery.run() }
        #expect(await eventually { peers.all.count == CallbackLimits.sentAtOnceMax })
        for user in 101...200 { try await peers.shutOut(user, at: Self.other) }
        #expect(await eventually { peers.all.count { $0.origin == Self.other } == 100 })
        #expect(peers.all.count { $0.origin == Self.one } == CallbackLimits.sentAtOnceMax, "a bounded number waits for the one that hangs")
        running.cancel()
        await running.value
    }

    @Test(.timeLimit(.minutes(1))) func `an asker all of whose addresses hang leaves room for others`() async throws {
        for user in 1...100 {
            peers.set("127.0.0.1:\(1_000 + user)", .hangs)
            try await peers.shutOut(user, at: "127.0.0.1:\(1_000 + user)", asker: "a.example")
        }
        let delivery = peers.delivery()
        let running = Task { await delivery.run() }
        #expect(await eventually { peers.all.count >= CallbackLimits.lanesPerAskerMax })
        try await peers.shutOut(500, at: Self.other, asker: "b.example")
        #expect(await eventually { peers.all.contains { $0.origin == Self.other } })
        running.cancel()
        await running.value
    }

    @Test func `what was not heard is tried again after a restart, at once`() async throws {
        peers.set(Self.one, .answers(503))
        try await peers.shutOut(1, at: Self.one)
        try await peers.delivery().step()
        peers.set(Self.one, .answers(204))
        try await peers.delivery().step()
        #expect(peers.all.count == 2)
    }

    @Test func `it is given up when no registration can be left, and that is said`() async throws {
        peers.set(Self.one, .answers(503))
        try await peers.shutOut(1, at: Self.one)
        let delivery = peers.delivery()
        try await delivery.step()
        peers.advance(CallbackLimits.keepTime)
        peers.set(Self.one, .answers(204))
        for _ in 1...2 { try await delivery.step() }
        #expect(peers.all.count == 1)
        #expect(peers.events.withLock { $0.contains(.looked(pending: 0, expired: 1)) })
    }

    @Test func `who is let in again before the notice is heard is not told of any more`() async throws {
        peers.set(Self.one, .fails(.connectionRefused))
        try await peers.shutOut(1, at: Self.one)
        let delivery = peers.delivery()
        try await delivery.step()
        // The core asks again, and the next hop lets the user in.
        let callback = Callback(
            impi: try IMPI("visitor1@partner.example"), asker: try SystemID("partner.example"), nextImpi: try IMPI("user1@primary.example"),
            nextSystem: try SystemID("primary.example"), uri: "http://\(Self.one)/prefix/notices")
        #expect(try await peers.store.keep(callback, granting: GrantedIdentities(), at: peers.wall, unless: { false }) == .kept)
        peers.set(Self.one, .answers(204))
        peers.advance(CallbackLimits.pauseMax)
        try await delivery.step()
        #expect(peers.all.count == 1)
    }
}
