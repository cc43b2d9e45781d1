internal import Base

/// One HTTP/1.1 connection of a server: it decodes requests, gives them to the router, and writes the answers in the same order.
///
/// One request is handled at a time. Bytes that a client sends behind it wait in `ahead`, also while the client does not read its answers.
/// Requests and responses own their memory, so a connection may close while a handler is at work: the handler's task is cancelled and its answer
/// dropped.
final class HTTP1ServerConnection: ServerConnection, StreamDelegate, TimerOwner {
    private enum Phase {
        case waiting
        case handling(Task<Void, Never>?)
        /// The last answer is written; bytes that still arrive are ignored.
        case ending
    }

    private let socket: StreamSocket
    private let worker: ServerWorker
    private let peer: Peer
    let client: ServerAdmission.Client
    private var decoder: RequestDecoder
    private var phase = Phase.waiting
    /// Bytes that are read and not decoded yet, from `aheadStart` on.
    private var ahead: [UInt8] = []
    private var aheadStart = 0
    private var peerHasEnded = false
    private var isTurning = false
    /// Whether no byte has arrived yet: the first ones may be the preface of HTTP/2.
    private var isFirst = true
    /// When the first byte of the present request came.
    private var began: Instant
    private var deadline: Instant
    private var sentBytesAtReset = 0
    /// Content of the request that is being handled.
    private var handledBytes = 0
    private var notedBytes = 0
    private var timer: Timer?
    /// The answers of one turn of the loop, which are sent in one write.
    private var output: [UInt8] = []

    init(_ socket: StreamSocket, worker: ServerWorker, peer: Peer, client: ServerAdmission.Client) {
        self.socket = socket
        self.worker = worker
        self.peer = peer
        self.client = client
        decoder = RequestDecoder(sharing: worker.sharedLimits)
        began = worker.loop.now
        deadline = began + worker.limits.headTime
        socket.delegate = self
        armTimer()
    }

    func close() { socket.close() }
    func beginDraining() {}

    /// Closes if no request is under way and none waits to be read.
    func closeIfIdle() {
        if case .waiting = phase, decoder.stage == .none, ahead.isEmpty, !socket.hasUnsentBytes, !socket.isStale { socket.close() }
    }

    private var isEnding: Bool { if case .ending = phase { true } else { false } }

    // MARK: stream

    func streamConnected() {}

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        switch phase {
        case .waiting where isFirst: return receiveFirst(bytes)
        case .waiting where ahead.isEmpty && !socket.hasUnsentBytes:
            let left = turn(bytes)
            if left > 0, !isEnding { readAhead(bytes.suffix(left)) }
        case .waiting, .handling: readAhead(bytes[...])
        case .ending: break
        }
        noteHeld()
    }

    /// Looks at the first bytes: the same port takes HTTP/2 by prior knowledge (RFC 9113 §3.3).
    private func receiveFirst(_ bytes: UnsafeRawBufferPointer) {
        guard ahead.isEmpty else {
            let all = ahead + Array(bytes)
            ahead = []
            return all.withUnsafeBytes { receiveFirst($0) }
        }
        switch socket.isSecured ? .isNot : HTTP2Preface.look(at: bytes) {
        case .mayBe: ahead = Array(bytes)
        case .isPreface: becomeHTTP2(bytes)
        case .isNot:
            isFirst = false
            streamReceived(bytes)
        }
    }

    private func becomeHTTP2(_ bytes: UnsafeRawBufferPointer) {
        timer?.cancel()
        timer = nil
        phase = .ending
        let next = HTTP2ServerConnection(socket, worker: worker, peer: peer, client: client)
        worker.replace(self, by: next)
        next.streamReceived(bytes)
    }

    /// Notes that the client has closed its sending side; it may still wait for the answer.
    func streamEnded() {
        peerHasEnded = true
        switch phase {
        case .waiting: settle()
        case .handling: break
        case .ending: if !socket.hasUnsentBytes { socket.close() }
        }
    }

    func streamDrained() {
        switch phase {
        case .waiting: continueWithAhead()
        case .handling: resetDeadline()
        case .ending: finishEnding()
        }
        noteHeld()
    }

    func streamClosed(_ end: StreamEnd) {
        timer?.cancel()
        timer = nil
        if case .handling(let task) = phase { task?.cancel() }
        phase = .ending
        ahead = []
        decoder = RequestDecoder(sharing: worker.sharedLimits)
        _ = worker.mustRefuse(0, of: client, &notedBytes)
        worker.forget(self, client)
    }

    // MARK: requests

    private func readAhead(_ bytes: Slice<UnsafeRawBufferPointer>) {
        if aheadStart > ahead.count / 2 {
            ahead.removeFirst(aheadStart)
            aheadStart = 0
        }
        ahead.append(contentsOf: bytes)
        if ahead.count - aheadStart >= worker.limits.pipelinedBytesMax { socket.isReadingPaused = true }
    }

    /// Handles the requests in `bytes` until one has to wait, the peer does not read its answers, or no bytes are left.
    /// - Returns: how many bytes are left for later.
    private func turn(_ bytes: UnsafeRawBufferPointer) -> Int {
        isTurning = true
        output = worker.takeOutput()
        var input = bytes
        let stageBefore = decoder.stage
        if stageBefore == .none { began = worker.loop.now }
        var hasAnswered = false
        turning: while case .waiting = phase {
            do throws(Refusal) {
                switch try decoder.next(&input) {
                case .needMore: break turning
                case .expectsContinue: output.append(contentsOf: MessageWriter.continueLine)
                case .request(let head, let body):
                    handle(head, body)
                    began = worker.loop.now
                    hasAnswered = true
                }
            } catch { refuse(error, decoder.method(refusedAt: input)) }
            if input.isEmpty { break }
            if output.count >= worker.limits.gatheredBytesMax {
                writeOutput()
                if socket.hasUnsentBytes { break }
            }
        }
        isTurning = false
        writeOutput()
        if hasAnswered || decoder.stage != stageBefore { resetDeadline() }
        return input.count
    }

    /// The part of a request that its answer depends on.
    private struct PendingRequest {
        let method: Method
        let isHTTP11: Bool
        let keepsAlive: Bool
        let began: Instant
    }

    private func handle(_ head: RequestHead, _ body: [UInt8]) {
        let pending = PendingRequest(method: head.method, isHTTP11: head.isHTTP11, keepsAlive: head.keepsAlive, began: worker.loop.now)
        let request = Request(method: head.method, path: head.path, query: head.query, fields: head.fields, body: body, peer: peer)
        switch worker.begin(request) {
        case .now(let response, let route): answer(response, to: pending, route: route)
        case .later(let work, let route):
            handledBytes = body.count
            wait(for: work, pending, route: route)
        }
    }

    private func wait(for work: @escaping @Sendable () async -> Response, _ pending: PendingRequest, route: String) {
        phase = .handling(nil)
        let completion = Completion(connection: self, worker: worker, pending: pending, route: route)
        let task = Task.immediateDetached(executorPreference: worker.loop) {
            let response = await work()
            completion.complete(response)
        }
        if case .handling = phase { phase = .handling(task) }
    }

    /// Answers a request whose handler had to wait, on the loop's thread.
    private final class Completion: @unchecked Sendable {
        // Safety (@unchecked): made and completed on the loop's thread, by a task that never leaves it.
        private weak var connection: HTTP1ServerConnection?
        private let worker: ServerWorker
        private let pending: PendingRequest
        private let route: String

        init(connection: HTTP1ServerConnection, worker: ServerWorker, pending: PendingRequest, route: String) {
            self.connection = connection
            self.worker = worker
            self.pending = pending
            self.route = route
        }

        func complete(_ response: Response) {
            worker.loop.assertOnLoop()
            worker.endRequest()
            guard let connection, case .handling = connection.phase else { return }
            connection.phase = .waiting
            connection.handledBytes = 0
            connection.answer(response, to: pending, route: route)
            // Within `turn` the loop over the requests goes on by itself.
            guard !connection.isTurning else { return }
            connection.continueWithAhead()
            connection.noteHeld()
        }
    }

    /// Handles the requests in `ahead`, once the answer before them is given or read.
    private func continueWithAhead() {
        if !ahead.isEmpty, !socket.hasUnsentBytes {
            let bytes = ahead
            let start = aheadStart
            (ahead, aheadStart) = ([], 0)
            let left = bytes.withUnsafeBytes { turn(UnsafeRawBufferPointer(rebasing: $0[start...])) }
            if left > 0, !isEnding { (ahead, aheadStart) = (bytes, bytes.count - left) }
        }
        settle()
    }

    /// Ends or goes on reading, once no request is handled or waits.
    private func settle() {
        guard case .waiting = phase, ahead.isEmpty else { return }
        if peerHasEnded {
            if !socket.hasUnsentBytes { return socket.close() }
            phase = .ending
        } else if worker.isDraining {
            closeIfIdle()
        }
        if socket.isReadingPaused { socket.isReadingPaused = false }
        resetDeadline()
    }

    // MARK: answers

    private func answer(_ response: Response, to pending: PendingRequest, route: String) {
        let keepsAlive = pending.keepsAlive && !worker.isDraining
        let persistence: MessageWriter.Persistence = !keepsAlive ? .closed : pending.isHTTP11 ? .kept : .keptAndSaid
        MessageWriter.append(response, date: worker.dateField, persistence, omitsBody: pending.method == .head, to: &output)
        worker.served(pending.method, route, response.status, began: pending.began)
        if !keepsAlive { phase = .ending }
        if !isTurning {
            writeOutput()
            resetDeadline()
        }
    }

    private func refuse(_ refusal: Refusal, _ method: Method?) {
        MessageWriter.append(worker.response(to: refusal), date: worker.dateField, .closed, omitsBody: false, to: &output)
        worker.served(method, "", refusal.status, began: began)
        phase = .ending
    }

    private func writeOutput() {
        // Emptied first, because sending may close the socket, which calls this method again.
        let bytes = output
        output = []
        if !bytes.isEmpty { socket.send(bytes) }
        worker.giveBack(bytes)
        guard case .ending = phase, !socket.isClosed else { return }
        if socket.hasUnsentBytes { resetDeadline() } else { finishEnding() }
    }

    /// Closes in two steps, so that the peer can read the last answer even while it is still sending (RFC 9112 §9.6).
    private func finishEnding() {
        guard !socket.isClosed else { return }
        if peerHasEnded { return socket.close() }
        socket.endSending()
        ahead = []
        socket.isReadingPaused = false
        deadline = worker.loop.now + worker.limits.lingerTime
        armTimer()
    }

    // MARK: memory

    var heldBytes: Int { decoder.heldBytes + ahead.count + socket.unsentByteCount + handledBytes }

    private func noteHeld() {
        guard worker.mustRefuse(heldBytes, of: client, &notedBytes), !socket.isClosed else { return }
        refuseHeld()
    }

    func refuseHeld() {
        worker.memory.countRefusal()
        guard case .waiting = phase, decoder.stage != .none, !socket.hasUnsentBytes else { return socket.close() }
        refuse(ServerWorker.full, decoder.method(refusedAt: ByteView(start: nil, count: 0)))
        decoder = RequestDecoder(sharing: worker.sharedLimits)
        ahead = []
        writeOutput()
        noteHeld()
    }

    // MARK: time

    private func resetDeadline() {
        guard !socket.isClosed else { return }
        if case .ending = phase, !socket.hasUnsentBytes { return }
        sentBytesAtReset = socket.sentBytes
        deadline = worker.loop.now + allowedTime
        armTimer()
    }

    private var allowedTime: Duration {
        if socket.hasUnsentBytes { return worker.limits.writeStallTime }
        switch decoder.stage {
        case .none: return worker.limits.idleTime
        case .head: return worker.limits.headTime
        case .body: return worker.limits.bodyTime
        }
    }

    /// Keeps one timer for the connection: it is replaced only when it has fired too early or when the deadline has come nearer.
    private func armTimer() {
        if let timer, timer.deadline <= deadline { return }
        timer?.cancel()
        timer = worker.loop.schedule(at: deadline, telling: self)
    }

    func timeIsUp() {
        timer = nil
        // A handler has deadlines of its own, and a client that reads slowly may go on.
        if case .handling = phase { return resetDeadline() }
        if socket.hasUnsentBytes, socket.sentBytes != sentBytesAtReset { return resetDeadline() }
        guard worker.loop.now >= deadline else { return armTimer() }
        switch phase {
        case .waiting where decoder.stage != .none && !socket.hasUnsentBytes:
            refuse(Refusal(408, "the request took too long to arrive"), decoder.method(refusedAt: ByteView(start: nil, count: 0)))
            writeOutput()
        default:
            socket.close()
        }
    }
}
