import Base
import Nhss
import SIP
import Testing

@testable import SipCoreStub

@Suite struct ChallengeRateTests {
    /// The bound of a core, with the senders that it knows, and what it has let through.
    private struct Core {
        private var rate: ChallengeRate
        private var senders: KnownSenders
        private(set) var spent = 0

        init(_ limits: SipCoreLimits = SipCoreLimits()) {
            rate = ChallengeRate(limits)
            senders = KnownSenders(limits)
        }

        mutating func admit(_ sender: RequestSender, at now: Instant) throws(Refusal) {
            try rate.admit(sender, senders.standing(of: sender, at: now), at: now)
            spent += 1
        }

        mutating func lets(_ sender: RequestSender, at now: Instant) -> Bool { (try? admit(sender, at: now)) != nil }

        /// How many of so many attempts at once are let through.
        mutating func burst(of sender: RequestSender, count: Int = 100, at now: Instant) -> Int { (0..<count).count { _ in lets(sender, at: now) } }

        mutating func authenticate(_ sender: RequestSender, at now: Instant) {
            rate.noteAuthenticated(sender, senders.standing(of: sender, at: now), at: now)
            senders.note(sender, at: now)
        }

        /// Sends requests evenly over a time, one after the other from each of the senders.
        /// - Returns: how many were let through.
        mutating func flood(_ senders: [RequestSender], perSecond: Int = 20, from start: Instant, for time: Duration) -> Int {
            let count = perSecond * Int(time.components.seconds)
            return (0..<count).count { lets(senders[$0 % senders.count], at: start + time * $0 / count) }
        }
    }

    private let start = Instant.now
    private let user: IMPI

    init() throws { user = try IMPI("a@p.example") }

    /// A sender whose Call-ID nobody has used before, at the address with this number.
    private func sender(_ number: Int, port: Int = 5_060, callID: String? = nil, user: IMPI? = nil) throws -> RequestSender {
        let host = try #require(SIPHost("10.0.\(number / 256).\(number % 256)".utf8))
        return RequestSender(
            impi: user ?? self.user, source: SourceAddress(host), flow: SIPEndpoint(host: host, port: UInt16(port)),
            callID: Array((callID ?? "\(number):\(port)").utf8))
    }

    private func strangers(_ addresses: Range<Int>, ports: Int = 1) throws -> [RequestSender] {
        try (0..<ports).flatMap { port in try addresses.map { try sender($0, port: 10_000 + port) } }
    }

    @Test func `one stranger gets a few challenges at once, and an eighth of the rate`() throws {
        var core = Core()
        let burst = core.burst(of: try sender(1), at: start)
        #expect(burst == 6)
        let spent = core.flood([try sender(1)], from: start, for: .seconds(100))
        #expect(44...51 ~= spent)
    }

    @Test(arguments: [(1..<250, 1), (1..<2, 500), (1..<20, 50)])
    func `all strangers together get half the burst and an eighth of the rate`(addresses: Range<Int>, ports: Int) throws {
        var core = Core()
        let strangers = try strangers(addresses, ports: ports)
        let burst = core.flood(strangers, perSecond: 1_000, from: start, for: .seconds(1))
        #expect(6...17 ~= burst)
        let spent = core.flood(strangers, from: start + .seconds(1), for: .seconds(100))
        #expect(46...51 ~= spent)
    }

    @Test(arguments: [(1, 1), (1, 1_000), (2, 1), (3, 1), (3, 1_000), (10, 1), (10, 100)], [6, 20, 200])
    func `strangers at a few addresses leave room for a user who comes from an address never seen before`(
        from: (addresses: Int, ports: Int), perSecond: Int
    ) throws {
        var core = Core()
        let strangers = try strangers(1..<1 + from.addresses, ports: from.ports)
        _ = core.flood(strangers, perSecond: perSecond, from: start, for: .seconds(8))
        for round in 1..<20 {
            let now = start + .seconds(8 * (round + 1))
            _ = core.flood(strangers, perSecond: perSecond, from: start + .seconds(8 * round), for: .seconds(8))
            let honest = try sender(1_000 + round)
            let isAdmitted = core.lets(honest, at: now)
            #expect(isAdmitted, "round \(round)")
            core.authenticate(honest, at: now)
        }
    }

    @Test func `a hundred addresses do so too, after a while`() throws {
        var core = Core()
        let strangers = try strangers(1..<101)
        _ = core.flood(strangers, from: start, for: .seconds(600))
        for round in 0..<10 {
            let now = start + .seconds(600 + 8 * (round + 1))
            _ = core.flood(strangers, from: start + .seconds(600 + 8 * round), for: .seconds(8))
            let isAdmitted = core.lets(try sender(1_000 + round), at: now)
            #expect(isAdmitted, "round \(round)")
        }
    }

    @Test(arguments: [true, false]) func `one socket that floods leaves room for other sockets at the same address`(isKnown: Bool) throws {
        var core = Core()
        if isKnown { core.authenticate(try sender(1, callID: "before"), at: start) }
        for round in 0..<20 {
            let now = start + .seconds(10 * (round + 1))
            _ = core.flood([try sender(1, port: 6_000)], from: start + .seconds(10 * round), for: .seconds(10))
            let honest = try sender(1, port: 20_000 + round)
            let isAdmitted = core.lets(honest, at: now)
            #expect(isAdmitted, "round \(round)")
            if isKnown { core.authenticate(try sender(1, callID: "before"), at: now) }
        }
    }

    @Test func `no stranger takes anything from a Call-ID that the user has authenticated with`() throws {
        var core = Core()
        core.authenticate(try sender(1, callID: "secret"), at: start)
        _ = core.flood(try strangers(1..<2, ports: 1_000) + strangers(2..<200), perSecond: 1_000, from: start, for: .seconds(10))
        let now = start + .seconds(10)
        let burst = core.burst(of: try sender(1_000, callID: "secret"), at: now)
        #expect(burst == 32, "from wherever it comes")
        let spent = core.flood([try sender(1, callID: "secret")], from: now, for: .seconds(10))
        #expect(39...40 ~= spent)
    }

    @Test func `strangers elsewhere take nothing from an address that the user has authenticated from`() throws {
        var core = Core()
        core.authenticate(try sender(300), at: start)
        _ = core.flood(try strangers(1..<200), perSecond: 1_000, from: start, for: .seconds(10))
        let now = start + .seconds(10)
        var admitted = 0
        for number in 1...100 {
            let honest = try sender(300, port: number)
            guard core.lets(honest, at: now) else { continue }
            core.authenticate(honest, at: now)
            admitted += 1
        }
        #expect(admitted == 32)
    }

    @Test func `a user who authenticates gives back what others share`() throws {
        var core = Core()
        for round in 0..<200 {
            let now = start + .seconds(round)
            let isAdmitted = core.lets(try sender(1 + round, port: 7_000), at: now)
            #expect(isAdmitted, "from a new address each time")
            core.authenticate(try sender(1 + round, port: 7_000), at: now)
        }
    }

    @Test func `strangers everywhere, at the addresses of the user too, spend a quarter of the rate at most`() throws {
        var core = Core()
        for number in 1..<5 { core.authenticate(try sender(number, callID: "known \(number)"), at: start) }
        let strangers = try strangers(1..<100, ports: 10)
        _ = core.flood(strangers, perSecond: 200, from: start, for: .seconds(10))
        let before = core.spent
        _ = core.flood(strangers, perSecond: 200, from: start + .seconds(10), for: .seconds(100))
        let spent = core.spent - before
        #expect(90...101 ~= spent)
    }

    @Test(arguments: 1...3) func `several cores leave room at the bound of PrimaryMMS`(coreCount: Int) throws {
        let whole = TokenRate(perSecond: 4, burst: 32)
        var primary = TokenBucket(whole, at: start)
        var cores = (0..<coreCount).map { _ in Core() }
        let strangers = try strangers(1..<4)
        let honest = try sender(1, port: 9_000, callID: "secret")
        cores[0].authenticate(honest, at: start)
        for step in 0..<2_000 {
            let now = start + .milliseconds(50 * step)
            for index in cores.indices where cores[index].lets(strangers[step % 3], at: now) { _ = primary.take(1, whole, at: now) }
            guard step % 20 == 19 else { continue }
            let isAdmitted = cores[0].lets(honest, at: now) && primary.take(1, whole, at: now) == nil
            #expect(isAdmitted, "step \(step)")
        }
    }

    @Test func `users do not share, and no address is one address`() throws {
        var core = Core()
        let nobody = RequestSender(impi: user, source: nil, flow: nil, callID: nil)
        let burst = core.burst(of: nobody, at: start)
        let another = core.burst(of: RequestSender(impi: try IMPI("b@p.example"), source: nil, flow: nil, callID: nil), at: start)
        #expect(burst == 6 && another == 6)
    }

    @Test func `attempts in the name of many invented users give nobody another burst`() throws {
        var limits = SipCoreLimits()
        limits.rateBucketsMax = 600
        var core = Core(limits)
        let stranger = try sender(1)
        let burst = core.burst(of: stranger, at: start)
        #expect(burst == 6)
        for number in 0..<2_000 { _ = core.lets(try sender(2, user: IMPI("invented\(number)@p.example")), at: start) }
        let further = core.burst(of: stranger, at: start)
        #expect(further <= 3)
    }

    @Test(arguments: ["4/32", "1/1", "1/2", "100/10", "1000000/1000000"]) func `a refusal says when to come back`(bound: String) throws {
        var limits = SipCoreLimits()
        limits.userRate = TokenRate(parsing: bound)
        limits.addressCreditMax = 3
        limits.flowCreditMax = 3
        var core = Core(limits)
        var now = start
        for _ in 0..<20 {
            while core.lets(try sender(1), at: now) {}
            let sender = try sender(1)
            var refusal: Refusal?
            do throws(Refusal) { try core.admit(sender, at: now) } catch { refusal = error }
            #expect(refusal?.code == .tooManyAttempts && refusal?.status == 500)
            now = now + (try #require(refusal?.retryAfter)) + .milliseconds(1)
            let isAdmitted = core.lets(sender, at: now)
            #expect(isAdmitted)
        }
    }

    @Test func `without a bound there is none`() throws {
        var limits = SipCoreLimits()
        limits.userRate = nil
        var core = Core(limits)
        #expect(core.flood([try sender(1)], perSecond: 10_000, from: start, for: .seconds(1)) == 10_000)
    }
}
