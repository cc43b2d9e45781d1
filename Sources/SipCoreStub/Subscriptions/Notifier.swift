internal import Base
internal import HTTPKit
internal import Nhss
internal import SIP

/// Keeps the subscriptions to registrations and sends their NOTIFY requests, on one event loop and without sockets.
///
/// The registrar says who may watch a user and what happens to them (`RegistrationMailbox`). This part turns that into documents. Each subscription
/// has one NOTIFY on the way at most; what happens meanwhile is in the next one. Subscriptions end with the process: afterwards a SUBSCRIBE within
/// a dialog is answered with 481, and the UE subscribes anew (RFC 6665 §4.1.2.2).
///
/// Source: RFC 6665 §4.2, RFC 3680, TS 24.229 §5.4.2.1.
final class Notifier: @unchecked Sendable {
    // Safety (@unchecked): everything that changes is touched on the loop's thread only.

    /// The answer to a SUBSCRIBE.
    struct Answer {
        let status: Int
        var headers: [SIPHeader] = []
        /// For the log.
        var reason = ""
    }

    /// A SUBSCRIBE that waits for the registrar.
    private struct Question {
        let request: SubscribeRequest
        let tag: [UInt8]
        /// The identity that is to be watched.
        let impu: IMPU
        let source: SIPEndpoint
        let path: any SIPReplyPath
        /// Whether the registrar posts changes because of this question.
        let isLasting: Bool
        let answer: (Answer) -> Void
    }

    private struct Sent {
        let subscription: Subscription
        let request: [UInt8]
        var transaction: ClientTransaction
    }

    private let loop: EventLoop
    private let registrar: Registrar
    private let home: HomeDomain
    private let limits: SipCoreLimits
    private let random: @Sendable () -> UInt64
    private var subscriptions: SubscriptionTable { didSet { counted.withLock { $0 = subscriptions.count } } }
    /// The number of subscriptions, for other threads.
    private let counted = Guarded(0)
    private var questions: [UInt64: Question] = [:]
    private var lastQuestion: UInt64 = 0
    /// The NOTIFY requests that wait for their responses, by the branches of their Via.
    private var sent: [[UInt8]: Sent] = [:]
    /// Subscriptions whose NOTIFY waits for room.
    private var queue: [Subscription] = []
    /// Sends a request over a path, to the endpoint where that is not a connection.
    var send: (_ request: [UInt8], SIPEndpoint, any SIPReplyPath) -> Void = { _, _, _ in }
    /// Told why a subscription ended because its NOTIFY failed.
    var onFailure: (String) -> Void = { _ in }

    /// - Parameter random: returns another value at each call that nobody can predict, for the branches of NOTIFY requests.
    init(on loop: EventLoop, _ registrar: Registrar, home: HomeDomain, limits: SipCoreLimits, random: @escaping @Sendable () -> UInt64) {
        self.loop = loop
        self.registrar = registrar
        self.home = home
        self.limits = limits
        self.random = random
        subscriptions = SubscriptionTable(limits)
        registrar.mailbox.connect { [weak self] in
            loop.execute { [weak self] in self?.takeMail() }
        }
    }

    /// Subscriptions, also those whose last NOTIFY waits for its response. On any thread.
    var subscriptionCount: Int { counted.withLock { $0 } }

    // MARK: SUBSCRIBE

    /// Refuses a SUBSCRIBE that needs no look at registrations.
    func check(_ request: SubscribeRequest) throws(SIPRefusal) {
        guard let dialog = request.dialog else {
            guard subscriptions.hasRoom else {
                throw SIPRefusal(
                    503, "there are \(limits.subscriptionsMax) subscriptions", headers: [SIPHeader(.retryAfter, String(limits.retryAfterDefault))])
            }
            return
        }
        guard let subscription = subscriptions.subscription(dialog), subscription.event == request.event else {
            throw SIPRefusal(481, "there is no such subscription")
        }
        guard subscription.dialog.admit(request.cSeq) else { throw SIPRefusal(500, "a newer request of the dialog came before") }
    }

    /// Asks the registrar, and answers.
    ///
    /// - Parameters:
    ///   - request: one that `check` did not refuse.
    ///   - tag: the To tag of the answer.
    func subscribe(
        _ request: SubscribeRequest, tag: [UInt8], from source: SIPEndpoint, over path: any SIPReplyPath, answer: @escaping (Answer) -> Void
    ) {
        let known = request.dialog.flatMap { subscriptions.subscription($0) }
        guard let impu = known?.impu ?? request.impu else { return answer(Notifier.unknown) }
        lastQuestion &+= 1
        let number = lastQuestion
        let isLasting = known == nil && request.expires != 0
        questions[number] = Question(
            request: request, tag: tag, impu: impu, source: source, path: path, isLasting: isLasting, answer: answer)
        let watcher = Watcher(impu: impu, claims: request.claims, source: SourceAddress(source.host), contact: request.contact)
        Task(executorPreference: loop) { [registrar] in await registrar.watch(watcher, question: number, isLasting: isLasting) }
    }

    private func takeMail() {
        for item in registrar.mailbox.takeAll() {
            switch item {
            case .answer(let number, let answer): take(answer, to: number)
            case .news(let news): take(news)
            }
        }
    }

    private func take(_ answer: WatchAnswer, to number: UInt64) {
        guard let question = questions.removeValue(forKey: number) else { return }
        switch answer {
        case .notRegistered: question.answer(Answer(status: 480, reason: "the user is not registered"))
        case .forbidden: question.answer(Answer(status: 403, reason: "the registration of somebody else"))
        case .granted(let impi, let view):
            if let dialog = question.request.dialog { refresh(dialog, question, view) } else { begin(question, impi, view) }
        }
    }

    private static let unknown = Answer(status: 481, reason: "there is no such subscription")

    private func begin(_ question: Question, _ impi: IMPI, _ view: RegistrationView) {
        let seconds = granted(question.request)
        let subscription = Subscription(
            question.request, of: question.impu, tag: question.tag, impi, view, at: loop.now, for: .seconds(seconds), over: question.path,
            from: question.source, isLasting: question.isLasting)
        let leaving = subscriptions.leaving(for: impi)
        guard subscriptions.hasRoom || leaving != nil, subscriptions.insert(subscription) else {
            if question.isLasting { unwatch(question.impu) }
            return question.answer(Answer(status: 500, reason: "there is no room, or the dialog exists already"))
        }
        answer(question, seconds)
        if let leaving { giveWay(leaving) }
        // A question whose time is zero is answered by its only NOTIFY (RFC 6665 §4.4.3).
        if seconds == 0 { subscription.end = .timeout }
        subscription.hasNews = true
        sendNews(to: subscription)
    }

    private func refresh(_ dialog: DialogID, _ question: Question, _ view: RegistrationView) {
        // It may have ended while the registrar was asked.
        guard let subscription = subscriptions.subscription(dialog) else { return question.answer(Notifier.unknown) }
        let seconds = granted(question.request)
        subscription.dialog.refresh(question.request)
        subscription.path = question.path
        subscription.source = question.source
        subscription.view = view
        subscription.refreshed = loop.now
        subscription.expiry = loop.now + .seconds(seconds)
        answer(question, seconds)
        if seconds == 0 { subscription.end = .timeout }
        subscription.hasNews = true
        sendNews(to: subscription)
    }

    private func granted(_ request: SubscribeRequest) -> UInt32 {
        min(request.expires ?? limits.subscriptionExpiresDefault, limits.subscriptionExpiresMax)
    }

    private func answer(_ question: Question, _ seconds: UInt32) {
        let routes = question.request.dialog == nil ? question.request.routes.map { SIPHeader(.recordRoute, $0.bytes) } : []
        let headers = [SIPHeader(.expires, String(seconds)), SIPHeader(.contact, home.contact), SIPTranslator.allowEvents]
        question.answer(Answer(status: 200, headers: routes + headers))
    }

    // MARK: Changes

    private func take(_ news: RegistrationNews) {
        for subscription in subscriptions.watching(news.impu) {
            subscription.view = news.view
            subscription.note(news.ended, countMax: limits.endedContactsMax)
            subscription.hasNews = true
            guard news.view.hasContact(of: subscription.impi) else {
                let isShutOut = news.ended.contains { $0.contact.impi == subscription.impi && $0.end == .rejected }
                end(subscription, isShutOut ? .rejected : .noresource)
                continue
            }
            sendNewsInTime(to: subscription)
        }
    }

    /// Ends subscriptions whose time is over.
    func sweep() {
        guard subscriptions.count > 0 else { return }
        for subscription in subscriptions.expired(at: loop.now) { end(subscription, .timeout) }
    }

    /// Ends a subscription and tells the subscriber.
    private func end(_ subscription: Subscription, _ end: Subscription.End) {
        subscription.end = end
        subscription.hasNews = true
        sendNews(to: subscription)
    }

    /// Ends a subscription for another one. One whose subscriber has never answered is dropped, so that nobody can make this core send to others.
    private func giveWay(_ subscription: Subscription) {
        guard subscription.isConfirmed, subscription.end == nil else { return drop(subscription) }
        end(subscription, .deactivated)
    }

    private func drop(_ subscription: Subscription) {
        if let branch = subscription.branch { sent[branch] = nil }
        subscription.branch = nil
        subscription.hasNews = false
        subscription.end = subscription.end ?? .timeout
        subscriptions.remove(subscription)
        if subscription.isLasting { unwatch(subscription.impu) }
        sendQueued()
    }

    private func unwatch(_ impu: IMPU) { Task(executorPreference: loop) { [registrar] in await registrar.unwatch(impu) } }
}

// MARK: NOTIFY

extension Notifier {
    /// Sends the news of a subscription as soon as the last NOTIFY is long enough ago.
    private func sendNewsInTime(to subscription: Subscription) {
        guard subscription.quietUntil > loop.now else { return sendNews(to: subscription) }
        guard !subscription.isScheduled else { return }
        subscription.isScheduled = true
        loop.schedule(at: subscription.quietUntil) { [weak self, weak subscription] in
            guard let self, let subscription else { return }
            subscription.isScheduled = false
            if subscription.hasNews { sendNewsInTime(to: subscription) }
        }
    }

    /// Sends the news of a subscription, if there are any and no other NOTIFY is under way.
    private func sendNews(to subscription: Subscription) {
        guard subscription.hasNews, subscription.branch == nil, !subscription.isQueued else { return }
        guard sent.count < limits.notifiesInFlightMax else {
            subscription.isQueued = true
            return queue.append(subscription)
        }
        let branch = SIPVia.magicCookie + Array(String(random(), radix: 16).utf8)
        guard let request = notify(subscription, branch) else {
            onFailure("a NOTIFY would be too long, or cannot be written")
            return drop(subscription)
        }
        let transaction = ClientTransaction(isReliable: subscription.path.isReliable, limits, at: loop.now)
        sent[branch] = Sent(subscription: subscription, request: request, transaction: transaction)
        subscription.branch = branch
        subscription.quietUntil = loop.now + limits.notifyGapTime
        deliver(request, of: subscription)
        wait(for: branch, until: transaction.due)
    }

    private func sendQueued() {
        while !queue.isEmpty, sent.count < limits.notifiesInFlightMax {
            let next = queue.removeFirst()
            next.isQueued = false
            sendNews(to: next)
        }
    }

    /// The bytes of the next NOTIFY.
    private func notify(_ subscription: Subscription, _ branch: [UInt8]) -> [UInt8]? {
        let document = subscription.takeDocument(at: loop.now)
        var body = document.bytes(hasDetails: true)
        if body.count > limits.documentBytesMax { body = document.bytes(hasDetails: false) }
        guard body.count <= limits.documentBytesMax, let via = via(of: subscription.path, branch) else { return nil }
        let headers = [
            SIPHeader(.maxForwards, "70"), SIPHeader(.contact, home.contact), SIPHeader(.event, subscription.event.bytes),
            SIPHeader(.subscriptionState, subscription.state(at: loop.now)), SIPHeader(.contentType, RegistrationDocument.mediaType),
        ]
        return try? SIPWriter.bytes(of: subscription.dialog.notify(via, headers, body))
    }

    /// The Via of a NOTIFY. A listener at any address names this core instead; the peer then adds the address that it sees.
    private func via(of path: any SIPReplyPath, _ branch: [UInt8]) -> SIPVia? {
        guard let local = path.localEndpoint, let name = home.serverName.host else { return nil }
        let host = HomeDomain.isWildcard(local.host.unmapped) ? name : local.host.unmapped
        var via = SIPVia(transport: Array((path.isReliable ? "TCP" : "UDP").utf8), host: host, port: local.port, branch: branch)
        if !path.isReliable { via.parameters.set("rport", to: nil) }
        return via
    }

    /// Sends to the next hop where that is at the address that the SUBSCRIBE came from, and otherwise back to where it came from exactly. No name is
    /// looked up, and nobody can have NOTIFY requests sent to third parties.
    private func deliver(_ request: [UInt8], of subscription: Subscription) {
        let (hop, source) = (subscription.dialog.nextHop, subscription.source)
        let isThere = hop.host?.unmapped == source.host.unmapped
        let endpoint = isThere ? SIPEndpoint(host: source.host, port: hop.port ?? Notifier.defaultPort) : source
        send(request, endpoint, subscription.path)
    }

    private static let defaultPort: UInt16 = 5060

    private func wait(for branch: [UInt8], until due: Instant) {
        loop.schedule(at: due) { [weak self] in self?.timeIsUp(branch) }
    }

    private func timeIsUp(_ branch: [UInt8]) {
        guard let step = sent[branch]?.transaction.step(at: loop.now), let waiting = sent[branch] else { return }
        switch step {
        case .timedOut:
            onFailure("nobody answered a NOTIFY")
            return drop(waiting.subscription)
        case .sendAgain: deliver(waiting.request, of: waiting.subscription)
        case .notYet: break
        }
        wait(for: branch, until: waiting.transaction.due)
    }

    /// Takes a response.
    /// - Returns: false where no request waits for it.
    func take(_ response: SIPResponse) -> Bool {
        guard let core = try? response.core(), core.cSeq.method == .notify, let branch = core.vias.first?.branch, let waiting = sent[branch] else {
            return false
        }
        guard response.status >= 200 else {
            sent[branch]?.transaction.provisionalResponse()
            return true
        }
        let subscription = waiting.subscription
        sent[branch] = nil
        subscription.branch = nil
        if response.status < 300 {
            subscription.isConfirmed = true
            answered(subscription)
        } else {
            // RFC 6665 §4.2.2: a subscriber who refuses a NOTIFY has no subscription any more.
            onFailure("a NOTIFY was answered with \(response.status)")
            drop(subscription)
        }
        sendQueued()
        return true
    }

    private func answered(_ subscription: Subscription) {
        if subscription.end != nil {
            if subscription.hasNews { sendNews(to: subscription) } else { drop(subscription) }
        } else if subscription.hasNews {
            sendNewsInTime(to: subscription)
        }
    }
}
