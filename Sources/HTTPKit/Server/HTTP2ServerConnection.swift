internal import Base

/// One HTTP/2 connection of a server: it gives bytes to the session and requests to the router, and sends each answer once it is ready.
///
/// Everything of one turn of the loop is sent in one write at its end. While the peer does not read, nothing more is read from it.
final class HTTP2ServerConnection: ServerConnection, StreamDelegate, HTTP2ServerSessionDelegate, TurnEnding, TimerOwner {
    private let socket: StreamSocket
    private let worker: ServerWorker
    private let session: HTTP2ServerSession
    let client: ServerAdmission.Client
    private let opened: Instant
    /// The tasks of handlers that wait, by stream.
    private var tasks = StreamTable<Task<Void, Never>>()
    private var willFlush = false
    private var isDraining = false
    private var peerHasEnded = false
    /// So many bytes have come; counted up to those of a preface and the head of the SETTINGS that follow it (RFC 9113 §3.4).
    private var openingBytes = 0
    private var idleSince: Instant
    private var sentBytesAtCheck = 0
    /// Content of the requests that are being handled.
    private var handledBytes = 0
    private var notedBytes = 0
    private var sendingSince: Instant
    private var timer: Timer?

    init(_ socket: StreamSocket, worker: ServerWorker, peer: Peer, client: ServerAdmission.Client) {
        self.socket = socket
        self.worker = worker
        self.client = client
        let now = worker.loop.now
        opened = now
        idleSince = now
        sendingSince = now
        session = HTTP2ServerSession(limits: worker.limits, peer: peer, now: now, memory: worker.http2Memory)
        session.delegate = self
        socket.delegate = self
        armTimer(now + worker.limits.headTime)
        flushSoon()
    }

    func close() { socket.close() }

    func beginDraining() {
        guard !isDraining else { return }
        isDraining = true
        session.announceLeaving()
        flushSoon()
    }

    func closeIfIdle() {
        session.leave()
        flushSoon()
    }

    // MARK: stream

    func streamConnected() {}

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        session.now = worker.loop.now
        session.date = worker.dateField
        if openingBytes < HTTP2Preface.openingBytesMin { openingBytes += bytes.count }
        do throws(HTTP2Failure) { try session.receive(bytes) } catch { return socket.close() }
        // A request that has begun may be overdue long before the connection would have been idle for too long.
        if session.isBusy { armTimer(worker.loop.now + overdueTimeMin) }
        flushSoon()
        noteHeld()
    }

    /// Notes that the client has closed its sending side; it may still wait for the answers to its whole requests. The others will never be whole.
    func streamEnded() {
        peerHasEnded = true
        session.now = worker.loop.now
        session.endUnfinished()
        // A client that has closed both sides resets the connection when it is sent something, which ends the handlers.
        if session.streamCount > 0 { session.ping() }
        flushSoon()
    }

    func streamDrained() {
        if socket.isReadingPaused { socket.isReadingPaused = false }
        flushSoon()
    }

    func streamClosed(_ end: StreamEnd) {
        timer?.cancel()
        timer = nil
        for task in tasks.all { task.cancel() }
        tasks.removeAll()
        _ = worker.mustRefuse(0, of: client, &notedBytes)
        worker.count(glitches: session.glitchCount)
        worker.forget(self, client)
    }

    // MARK: requests

    func session(_ session: HTTP2ServerSession, received request: Request, on stream: Int32) {
        let began = worker.loop.now
        switch worker.begin(request) {
        case .now(let response, let route):
            answer(response, on: stream, request.method, route, began)
        case .later(let work, let route):
            handledBytes += request.body.count
            let completion = Completion(connection: self, worker: worker, stream: stream, request: request, route: route, began: began)
            let task = Task.immediateDetached(executorPreference: worker.loop) { completion.complete(await work()) }
            if !completion.isDone { tasks.add(task, stream) }
        }
    }

    func session(_ session: HTTP2ServerSession, refused refusal: Refusal, _ method: Method?, began: Instant) -> Response {
        worker.served(method, "", refusal.status, began: began)
        return worker.response(to: refusal)
    }

    func session(_ session: HTTP2ServerSession, ended stream: Int32) {
        // The handler keeps its place among those in flight until it has ended (CVE-2023-44487).
        if !tasks.isEmpty { tasks.remove(stream)?.cancel() }
        if session.streamCount == 0 { idleSince = worker.loop.now }
    }

    private func answer(_ response: Response, on stream: Int32, _ method: Method, _ route: String, _ began: Instant) {
        session.now = worker.loop.now
        session.date = worker.dateField
        session.answer(response, on: stream)
        worker.served(method, route, response.status, began: began)
        flushSoon()
    }

    /// Answers a request whose handler had to wait, on the loop's thread.
    private final class Completion: @unchecked Sendable {
        // Safety (@unchecked): made and completed on the loop's thread, by a task that never leaves it.
        private let connection: HTTP2ServerConnection
        private let worker: ServerWorker
        private let stream: Int32
        private let method: Method
        private let contentBytes: Int
        private let route: String
        private let began: Instant
        private(set) var isDone = false

        init(connection: HTTP2ServerConnection, worker: ServerWorker, stream: Int32, request: Request, route: String, began: Instant) {
            self.connection = connection
            self.worker = worker
            self.stream = stream
            method = request.method
            contentBytes = request.body.count
            self.route = route
            self.began = began
        }

        func complete(_ response: Response) {
            worker.loop.assertOnLoop()
            worker.endRequest()
            isDone = true
            connection.handledBytes -= contentBytes
            guard !connection.socket.isClosed else { return }
            if !connection.tasks.isEmpty { connection.tasks.remove(stream) }
            connection.answer(response, on: stream, method, route, began)
        }
    }

    // MARK: output

    private func flushSoon() {
        guard !willFlush, !socket.isClosed else { return }
        willFlush = true
        worker.loop.atTurnEnd(self)
    }

    func turnEnded() {
        willFlush = false
        flush()
        noteHeld()
        guard !socket.isClosed, !socket.hasUnsentBytes else { return }
        if peerHasEnded, session.streamCount == 0, !session.hasOutput { return socket.close() }
        if session.isOver || isDraining && session.streamCount == 0 && !session.hasOutput && session.hasLeft { socket.close() }
    }

    private func flush() {
        session.now = worker.loop.now
        var output = worker.takeOutput()
        let hasSentAll = send(through: &output)
        worker.giveBack(output)
        guard !hasSentAll, !socket.isClosed else { return }
        socket.isReadingPaused = true
        sentBytesAtCheck = socket.sentBytes
        sendingSince = worker.loop.now
        armTimer(sendingSince + worker.limits.writeStallTime)
    }

    /// - Returns: false where the kernel does not take more.
    private func send(through output: inout [UInt8]) -> Bool {
        while !socket.isClosed, !socket.hasUnsentBytes {
            do throws(HTTP2Failure) { try session.appendOutput(to: &output, countMax: worker.limits.gatheredBytesMax) } catch {
                socket.close()
                return true
            }
            guard !output.isEmpty else { return true }
            socket.send(output)
            output.removeAll(keepingCapacity: output.count <= worker.limits.keptBufferBytesMax)
        }
        return false
    }

    // MARK: memory

    var heldBytes: Int { session.heldBytes + socket.unsentByteCount + handledBytes }

    func session(_ session: HTTP2ServerSession, mayHold count: Int) -> Bool {
        if worker.mayHold(count, beside: heldBytes, of: client, &notedBytes) { return true }
        worker.memory.countRefusal()
        return false
    }

    private func noteHeld() {
        guard !socket.isClosed, worker.mustRefuse(heldBytes, of: client, &notedBytes) else { return }
        refuseHeld()
    }

    /// A peer that does not take its answers will not take one more.
    func refuseHeld() {
        worker.memory.countRefusal()
        let holdsAnswers = session.answersHeldBytes > session.heldBytes / 2
        guard !socket.hasUnsentBytes, !holdsAnswers else { return socket.close() }
        session.now = worker.loop.now
        session.date = worker.dateField
        guard session.refuseUnfinished(ServerWorker.full) else { return socket.close() }
        flushSoon()
        noteHeld()
    }

    // MARK: time

    private var overdueTimeMin: Duration { min(worker.limits.writeStallTime, worker.limits.bodyTime, worker.limits.headTime) }

    private func armTimer(_ deadline: Instant) {
        if let timer, timer.deadline <= deadline { return }
        timer?.cancel()
        timer = worker.loop.schedule(at: deadline, telling: self)
    }

    func timeIsUp() {
        timer = nil
        let now = worker.loop.now
        session.now = now
        if socket.hasUnsentBytes {
            if socket.sentBytes == sentBytesAtCheck, now >= sendingSince + worker.limits.writeStallTime { return socket.close() }
            if socket.sentBytes != sentBytesAtCheck { (sentBytesAtCheck, sendingSince) = (socket.sentBytes, now) }
            return armTimer(sendingSince + worker.limits.writeStallTime)
        }
        // Nobody has said that he speaks HTTP/2, whatever TLS has agreed on.
        if openingBytes < HTTP2Preface.openingBytesMin {
            return now >= opened + worker.limits.headTime ? socket.close() : armTimer(opened + worker.limits.headTime)
        }
        session.date = worker.dateField
        if !isDraining, now >= opened + worker.limits.connectionAgeMax { leaveInTwoSteps() }
        let next = session.endOverdue()
        flushSoon()
        if session.streamCount == 0, now >= idleSince + worker.limits.idleTime {
            session.leave()
            return armTimer(now + worker.limits.lingerTime)
        }
        if session.hasLeft, session.streamCount == 0 { return socket.close() }
        armTimer(next ?? idleSince + worker.limits.idleTime)
    }

    private func leaveInTwoSteps() {
        beginDraining()
        worker.loop.schedule(at: worker.loop.now + worker.limits.drainIdleTime) { [weak self] in self?.closeIfIdle() }
    }
}
