internal import Base
internal import HTTPKit

/// The registrations of one run: one, the same user again and again, or many users side by side.
struct Campaign: Sendable {
    /// The flags, read.
    struct Plan: Sendable {
        let server: ServerAddress
        /// The `{n}` in this text and the next two stands for the number of the user.
        let impi: String
        let impu: String
        let isim: String
        let realm: String?
        let contact: String?
        let expiresSeconds: UInt32
        let answerTime: Duration
        let count: Int
        let concurrency: Int
        let trace: String?
        let updatesISIM: Bool

        var hasManyUsers: Bool { UserNumber.stands(in: impi) }

        func subscriber(_ number: Int) throws(UEError) -> Subscriber {
            try Subscriber(
                impi: UserNumber.expand(impi, number), impu: UserNumber.expand(impu, number), realm: realm, contact: contact,
                expiresSeconds: expiresSeconds)
        }
    }

    private let plan: Plan
    private let loop: EventLoop
    private let addresses: [AddressPair]
    private let identifiers: RandomIdentifiers
    private let console: Console
    private let cards: CardFiles

    /// - Throws: `.unusable` for flags and files that cannot work, `.noAnswer` for a server that cannot be found.
    init(_ plan: Plan, on loop: EventLoop, identifiers: RandomIdentifiers, console: Console) throws(UEError) {
        self.plan = plan
        self.loop = loop
        self.identifiers = identifiers
        self.console = console
        _ = try plan.subscriber(1)
        cards = CardFiles(path: plan.isim, updates: plan.updatesISIM, console: console)
        try cards.check()
        addresses = try AddressPair.all(of: plan.server)
    }

    /// Registers once, and tells each step as it happens.
    func runOne() async -> RegistrationReport {
        let link = link()
        let report = await onLoop { [self] in
            let tellServer = { @Sendable [plan, console] (address: SocketAddress) in
                console.tell(ReportLine.text("server", "\(plan.server.transport.rawValue):\(address)"))
            }
            let report = await register(1, link, onServer: tellServer) { console.tell($0.line) }
            for line in report.lines { console.tell(line) }
            return report
        }
        await link.close()
        return report
    }

    func runAll() async -> Summary {
        let began = Instant.now
        var summary = await onLoop { [self] in plan.hasManyUsers ? await runSideBySide(began) : await runInTurn(began) }
        summary.duration = .now - began
        if let showProgress = console.showProgress { showProgress("") }
        return summary
    }

    /// Registers the same user `count` times, with one card that remembers the SQNs it accepted.
    private func runInTurn(_ began: Instant) async -> Summary {
        var summary = Summary()
        let link = link()
        do throws(UEError) {
            let subscriber = try plan.subscriber(1)
            var card = try cards.card(1)
            for _ in 0..<plan.count {
                summary.add(await run(link).register(subscriber, trace: identifiers.trace(), card: &card) { _ in })
                showProgress(summary, began)
            }
            try cards.keep(card, 1)
        } catch { console.complain("mc-ue: \(error)") }
        await link.close()
        return summary
    }

    /// Registers many users, `concurrency` of them at a time, each with a socket that no other uses meanwhile.
    private func runSideBySide(_ began: Instant) async -> Summary {
        var summary = Summary()
        await withTaskGroup(of: (RegistrationReport, SignallingLink).self) { group in
            var number = 1
            while number <= min(plan.concurrency, plan.count) {
                group.addTask { [number, link = link()] in (await register(number, link) { _ in }, link) }
                number += 1
            }
            while let (report, link) = await group.next() {
                summary.add(report)
                showProgress(summary, began)
                guard number <= plan.count else {
                    await link.close()
                    continue
                }
                group.addTask { [number] in (await register(number, link) { _ in }, link) }
                number += 1
            }
        }
        return summary
    }

    private func register(
        _ number: Int, _ link: SignallingLink, onServer: @escaping @Sendable (SocketAddress) -> Void = { _ in },
        onStep: @escaping (RegistrationStep) -> Void
    ) async -> RegistrationReport {
        let trace = plan.trace ?? identifiers.trace()
        do throws(UEError) {
            let subscriber = try plan.subscriber(number)
            var card = try cards.card(number)
            var driver = run(link)
            driver.onServer = onServer
            let report = await driver.register(subscriber, trace: trace, card: &card, onStep: onStep)
            try cards.keep(card, number)
            return report
        } catch {
            return RegistrationReport(
                end: .broken, reason: error.reason, impi: UserNumber.expand(plan.impi, number), impu: UserNumber.expand(plan.impu, number),
                trace: trace)
        }
    }

    private func run(_ link: SignallingLink) -> RegistrationDriver {
        RegistrationDriver(link: link, transport: plan.server.transport, answerTime: plan.answerTime, identifiers: identifiers)
    }

    private func link() -> SignallingLink { SignallingLink(on: loop, addresses: addresses, transport: plan.server.transport) }

    /// Runs `body` on the thread of the event loop, so that a registration never changes threads.
    private func onLoop<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value {
        await Task(executorPreference: loop) { await body() }.value
    }

    private func showProgress(_ summary: Summary, _ began: Instant) {
        guard let show = console.showProgress else { return }
        let microseconds = (Instant.now - began).microseconds
        let rate = microseconds == 0 ? 0 : summary.count * 1_000_000 / microseconds
        show("\(summary.count)/\(plan.count)  \(rate)/s  \(summary.count - summary.goodCount) failed")
    }
}
