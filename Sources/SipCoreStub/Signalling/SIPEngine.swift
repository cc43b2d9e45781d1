internal import HTTPKit
internal import Nhss
internal import SIP

/// Takes whole SIP messages and gives responses, on one event loop and without sockets. Responses to NOTIFY requests go to the notifier.
///
/// A server for non-INVITE transactions (RFC 3261 §17.2.2): a retransmission of a REGISTER or SUBSCRIBE reaches nobody else. While the first is
/// under way it is dropped; afterwards it gets the same answer (`TransactionTable`). A request that `SIPGate` refuses is refused
/// again without memory, so nothing of it is kept, and its To tag is the same each time because it is computed (§8.2.7).
final class SIPEngine: @unchecked Sendable {
    // Safety (@unchecked): everything that changes is touched on the loop's thread only.

    typealias Reply = any SIPReplyPath

    /// A message that did not reach the registrar, for the log.
    struct Refused: Sendable {
        /// The status of the response; nil where none was sent.
        let status: Int?
        let reason: String
    }

    private struct Waiting {
        let message: SIPRequest
        let source: SIPEndpoint
        let reply: Reply
    }

    private let loop: EventLoop
    private let limits: SipCoreLimits
    private let registrar: Registrar
    private let translator: SIPTranslator
    private let gate: SIPGate
    private let notifier: Notifier
    private let secret: UInt64
    private let onRefused: @Sendable (Refused) -> Void
    private var transactions: TransactionTable
    private var waiting: [ServerTransactionKey: Waiting] = [:]
    /// Told of each message that comes or goes, for the log; nil where nobody wants to know.
    var onMessage: (@Sendable (_ bytes: [UInt8], _ isReceived: Bool) -> Void)?
    /// Whether REGISTER and SUBSCRIBE requests are refused with 503.
    var isDraining = false
    /// Called when the last request under way is answered.
    var onIdle: () -> Void = {}

    /// - Parameters:
    ///   - secret: a random number, for To tags that nobody can predict.
    ///   - onRefused: called on the event loop for each message that is refused or dropped.
    init(
        on loop: EventLoop, registrar: Registrar, translator: SIPTranslator, secret: UInt64,
        onRefused: @escaping @Sendable (Refused) -> Void = { _ in }
    ) {
        self.loop = loop
        self.registrar = registrar
        self.translator = translator
        limits = translator.limits
        gate = SIPGate(home: translator.home, translator: translator)
        self.secret = secret
        self.onRefused = onRefused
        transactions = TransactionTable(limits)
        notifier = Notifier(on: loop, registrar, home: translator.home, limits: limits, random: translator.random)
        notifier.send = { [unowned self] bytes, endpoint, path in
            onMessage?(bytes, false)
            path.send(request: bytes, to: endpoint)
        }
        notifier.onFailure = { onRefused(Refused(status: nil, reason: $0)) }
    }

    /// Requests that wait for their answers.
    var requestsInFlight: Int { waiting.count }

    /// Subscriptions, also those whose last NOTIFY waits for its response. On any thread.
    var subscriptionCount: Int { notifier.subscriptionCount }

    /// Takes one datagram, or one message of a stream.
    func receive(_ bytes: [UInt8], from source: SIPEndpoint, reply: Reply) {
        onMessage?(bytes, true)
        do throws(SIPParseError) {
            switch try SIPParser.parse(datagram: bytes) {
            case .request(let request): take(request, source, reply)
            case .response(let response):
                if !notifier.take(response) { onRefused(Refused(status: nil, reason: "a response, although no request waits for it")) }
            }
        } catch { refuse(error, from: source, reply: reply) }
    }

    /// Answers a message that could not be parsed, where that is possible.
    func refuse(_ error: SIPParseError, from source: SIPEndpoint, reply: Reply) {
        // A lone CRLF keeps a NAT open and needs no answer.
        guard error.code != .empty else { return }
        guard let fields = error.answerable else { return onRefused(Refused(status: nil, reason: error.description)) }
        onRefused(Refused(status: error.suggestedStatus, reason: error.description))
        send(response(error.suggestedStatus, [], to: fields, source), to: fields, source, reply)
    }

    /// Forgets answers whose time is over, and ends subscriptions.
    func sweep() {
        transactions.removeExpired(at: loop.now)
        notifier.sweep()
    }

    private func take(_ message: SIPRequest, _ source: SIPEndpoint, _ reply: Reply) {
        let key = ServerTransactionKey(message)
        switch transactions.state(of: key, at: loop.now) {
        case .underWay: return
        case .answered(let bytes): return deliver(bytes, message.topVia, source, reply)
        case nil: break
        }
        switch gate.verdict(on: message) {
        case .silence: return
        case .answer(let status, let headers, let reason): refuseOrAnswer(message, status, headers, reason, source, reply)
        case .register(var request):
            request.source = SourceAddress(source.host)
            request.flow = source
            request.mark = reply.mark
            guard begin(key, message, source, reply) else { return }
            Task(executorPreference: loop) { [self, request] in
                let answer = await registrar.register(request)
                finish(key, answer.status, translator.headers(of: answer, to: request), answer.trace, registeredFor: answer.registeredTime)
            }
        case .subscribe(let request): subscribe(request, key, message, source, reply)
        }
    }

    private func subscribe(
        _ request: SubscribeRequest, _ key: ServerTransactionKey, _ message: SIPRequest, _ source: SIPEndpoint, _ reply: Reply
    ) {
        do throws(SIPRefusal) { try notifier.check(request) } catch {
            return refuseOrAnswer(message, error.status, error.headers, error.reason, source, reply)
        }
        guard let fields = message.headFields, begin(key, message, source, reply) else { return }
        notifier.subscribe(request, tag: tag(fields), from: source, over: reply) { [self] answer in
            if answer.status != 200 { onRefused(Refused(status: answer.status, reason: answer.reason)) }
            finish(key, answer.status, answer.headers, nil, registeredFor: nil)
        }
    }

    /// Begins a transaction, or refuses its request where there is no room.
    private func begin(_ key: ServerTransactionKey, _ message: SIPRequest, _ source: SIPEndpoint, _ reply: Reply) -> Bool {
        guard !isDraining, transactions.begin(key, from: SourceAddress(source.host), at: loop.now) else {
            let retry = SIPHeader(.retryAfter, String(limits.retryAfterDefault))
            let reason = isDraining ? "stopping" : "too many requests of this address, or of all"
            refuseOrAnswer(message, 503, [retry], reason, source, reply)
            return false
        }
        reply.requestBegan()
        waiting[key] = Waiting(message: message, source: source, reply: reply)
        return true
    }

    private func refuseOrAnswer(
        _ message: SIPRequest, _ status: Int, _ headers: [SIPHeader], _ reason: String, _ source: SIPEndpoint, _ reply: Reply
    ) {
        guard let fields = message.headFields else { return }
        if status != 200 { onRefused(Refused(status: status, reason: reason)) }
        let session = sessionHeader(message, nil)
        send(response(status, headers + session, to: fields, source), to: fields, source, reply)
    }

    private func finish(
        _ key: ServerTransactionKey, _ status: Int, _ headers: [SIPHeader], _ trace: TraceParent?, registeredFor time: Duration?
    ) {
        defer { if waiting.isEmpty { onIdle() } }
        guard let waited = waiting.removeValue(forKey: key) else { return }
        let response = waited.message.headFields.flatMap { fields in
            written(self.response(status, headers + sessionHeader(waited.message, trace), to: fields, waited.source))
        }
        // Timer J begins with the final response, and is zero over a reliable transport (RFC 3261 §17.2.2).
        transactions.end(key, keeping: waited.reply.isReliable ? nil : response, at: loop.now)
        if let response { deliver(response, waited.message.topVia, waited.source, waited.reply) }
        waited.reply.requestEnded(registeredFor: time)
    }

    /// The Session-ID of the response: this end of the session is the trace, so that the UE can tell it (RFC 7989 §6).
    private func sessionHeader(_ message: SIPRequest, _ trace: TraceParent?) -> [SIPHeader] {
        let theirs = try? message.headers.sessionID()
        guard let local = trace.map({ Array($0.traceIDText.utf8) }) ?? theirs?.local,
            let session = SessionID(local: local, remote: theirs?.local ?? SessionID.null)
        else { return [] }
        return [SIPHeader(.sessionID, session.bytes)]
    }
}

extension UEAnswer {
    /// How long the user who has just authenticated is registered, at the most; nil where nobody has.
    fileprivate var registeredTime: Duration? {
        guard case .registered(let contacts, _) = outcome else { return nil }
        return .seconds(contacts.map(\.expires).max() ?? 0)
    }
}

// MARK: Responses

extension SIPEngine {
    private func response(_ status: Int, _ headers: [SIPHeader], to fields: SIPRequestHeadFields, _ source: SIPEndpoint) -> SIPResponse {
        SIPResponse(status, answering: fields, from: source, toTag: tag(fields), headers: headers)
    }

    private func send(_ response: SIPResponse, to fields: SIPRequestHeadFields, _ source: SIPEndpoint, _ reply: Reply) {
        guard let bytes = written(response) else { return }
        let top = fields.vias.first.flatMap { try? SIPHeaders([SIPHeader(.via, $0)]).vias().first }
        deliver(bytes, top, source, reply)
    }

    private func deliver(_ bytes: [UInt8], _ via: SIPVia?, _ source: SIPEndpoint, _ reply: Reply) {
        onMessage?(bytes, false)
        guard let via else { return reply.send(bytes, to: source) }
        reply.send(bytes, to: reply.isReliable ? via.newConnectionEndpoint(source: source) : via.replyEndpoint(source: source))
    }

    /// The bytes of a response; nil where a value of the request cannot be sent back, and then no response is.
    private func written(_ response: SIPResponse) -> [UInt8]? {
        do throws(SIPWriteError) { return try SIPWriter.bytes(of: response) } catch {
            onRefused(Refused(status: nil, reason: "the response cannot be written: \(error.code.rawValue)"))
            return nil
        }
    }

    /// The To tag, the same for a request and its retransmissions (RFC 3261 §8.2.7).
    private func tag(_ fields: SIPRequestHeadFields) -> [UInt8] {
        var hasher = Hasher()
        hasher.combine(secret)
        for part in fields.vias + [fields.from, fields.callID, fields.cSeq] { hasher.combine(part) }
        return Array(String(UInt(bitPattern: hasher.finalize()), radix: 16).utf8)
    }
}
