/// One HTTP/1.1 connection of a server: bytes through the decoder, requests to the router, answers back in order.
///
/// One request is handled at a time; what a client pipelines behind it waits in `ahead`. The request and the response are values,
/// so a connection that closes under a handler leaves nothing dangling: the handler's task is cancelled and its answer dropped.
final class ServerConnection: StreamDelegate {
    private enum Phase {
        case waiting
        case handling(Task<Void, Never>?)
        /// The last answer is written; what else comes in is ignored.
        case ending
    }

    private let socket: StreamSocket
    private unowned let worker: ServerWorker
    private let peer: Peer
    private var decoder: RequestDecoder
    private var phase = Phase.waiting
    private var ahead: [UInt8] = []
    private var peerHasEnded = false
    private var deadline: ContinuousClock.Instant
    private var timer: Timer?
    /// Answers of one turn, sent in one write.
    private var output: [UInt8] = []
    private var isTurning = false

    init(_ descriptor: Int32, worker: ServerWorker) throws(SystemError) {
        self.worker = worker
        socket = try StreamSocket(on: worker.loop, accepted: descriptor, unsentBytesMax: worker.limits.unsentBytesMax)
        peer = Peer(address: socket.peerAddress?.description ?? "")
        decoder = RequestDecoder(limits: worker.limits)
        deadline = worker.loop.now + worker.limits.headTime
        socket.delegate = self
        armTimer()
    }

    func close() { socket.close() }

    /// Closes now if nothing is under way, else after the answer that is.
    func drain() {
        if case .waiting = phase, !decoder.isMidRequest, !socket.hasUnsentBytes { socket.close() }
    }

    // MARK: stream

    func streamConnected() {}

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        switch phase {
        case .waiting where ahead.isEmpty: turn(bytes)
        case .waiting, .handling: readAhead(bytes)
        case .ending: break
        }
    }

    /// A client may close its sending side and still wait for the answer.
    func streamEnded() {
        peerHasEnded = true
        switch phase {
        case .waiting: socket.hasUnsentBytes ? endAfterWriting() : socket.close()
        case .handling: break
        case .ending: socket.close()
        }
    }

    func streamDrained() {
        if case .ending = phase { finishEnding() } else { resetDeadline() }
    }

    func streamClosed(_ end: StreamEnd) {
        timer?.cancel()
        timer = nil
        if case .handling(let task) = phase { task?.cancel() }
        phase = .ending
        worker.forget(self)
    }

    // MARK: requests

    private func readAhead(_ bytes: UnsafeRawBufferPointer) {
        ahead.append(contentsOf: bytes)
        if ahead.count >= worker.limits.pipelinedBytesMax { socket.isReadingPaused = true }
    }

    /// Handles the requests in `bytes` until one has to wait or the bytes are used up.
    private func turn(_ bytes: UnsafeRawBufferPointer) {
        isTurning = true
        var input = bytes
        var wasMidRequest = decoder.isMidRequest
        turning: while case .waiting = phase {
            do throws(Refusal) {
                switch try decoder.next(&input) {
                case .needMore:
                    if decoder.isMidRequest, !wasMidRequest { resetDeadline() }
                    break turning
                case .expectsContinue:
                    output.append(contentsOf: MessageWriter.continueLine)
                    resetDeadline()
                    break turning
                case .request(let head, let body):
                    handle(head, body)
                    wasMidRequest = false
                }
            } catch { refuse(error) }
            if input.isEmpty { break }
        }
        if case .handling = phase, !input.isEmpty { readAhead(input) }
        isTurning = false
        writeOutput()
    }

    private func handle(_ head: RequestHead, _ body: [UInt8]) {
        let began = ContinuousClock.now
        let request = Request(method: head.method, path: head.path, query: head.query, fields: head.fields, body: body, peer: peer)
        guard worker.beginRequest() else {
            let busy = Problem(.serviceUnavailable, detail: "too many requests are being handled", cause: "NF_CONGESTION", fields: ["Retry-After": "1"])
            return answer(busy.response, to: head, route: "", began: began)
        }
        switch worker.router.match(request) {
        case .problem(let problem):
            worker.endRequest()
            answer(problem.response, to: head, route: "", began: began)
        case .route(let pattern, let call):
            switch call() {
            case .now(let response):
                worker.endRequest()
                answer(response, to: head, route: pattern, began: began)
            case .later(let work):
                wait(for: work, head, route: pattern, began: began)
            }
        }
    }

    private func wait(for work: @escaping @Sendable () async -> Response, _ head: RequestHead, route: String, began: ContinuousClock.Instant) {
        phase = .handling(nil)
        let completion = Completion(connection: self, worker: worker, head: head, route: route, began: began)
        let task = Task.immediateDetached(executorPreference: worker.loop) {
            let response = await work()
            completion.complete(response)
        }
        if case .handling = phase { phase = .handling(task) }
    }

    /// What a waiting request needs to be answered, on the loop's thread.
    private final class Completion: @unchecked Sendable {
        // Safety (@unchecked): made and completed on the loop's thread, by a task that never leaves it.
        private weak var connection: ServerConnection?
        private let worker: ServerWorker
        private let head: RequestHead
        private let route: String
        private let began: ContinuousClock.Instant

        init(connection: ServerConnection, worker: ServerWorker, head: RequestHead, route: String, began: ContinuousClock.Instant) {
            self.connection = connection
            self.worker = worker
            self.head = head
            self.route = route
            self.began = began
        }

        func complete(_ response: Response) {
            worker.loop.assertOnLoop()
            worker.endRequest()
            guard let connection, case .handling = connection.phase else { return }
            connection.phase = .waiting
            connection.answer(response, to: head, route: route, began: began)
            connection.continueWithAhead()
        }
    }

    /// After an answer that had to be waited for: the next of the pipelined requests.
    private func continueWithAhead() {
        guard !isTurning else { return }
        let bytes = ahead
        ahead = []
        bytes.withUnsafeBytes { turn($0) }
        if case .waiting = phase, socket.isReadingPaused { socket.isReadingPaused = false }
        if peerHasEnded, case .waiting = phase { socket.hasUnsentBytes ? endAfterWriting() : socket.close() }
    }

    // MARK: answers

    private func answer(_ response: Response, to head: RequestHead, route: String, began: ContinuousClock.Instant) {
        let keepsAlive = head.keepsAlive && !worker.isDraining
        MessageWriter.append(response, date: worker.dateField, keepsAlive: keepsAlive, omitsBody: head.method == .head, to: &output)
        worker.onServed?(
            ServedRequest(method: head.method, route: route, status: response.status, duration: .now - began))
        resetDeadline()
        if !keepsAlive { phase = .ending }
        if !isTurning { writeOutput() }
    }

    private func refuse(_ refusal: Refusal) {
        let response = Problem(refusal.status, detail: refusal.reason, cause: "INVALID_MSG_FORMAT").response
        MessageWriter.append(response, date: worker.dateField, keepsAlive: false, omitsBody: false, to: &output)
        worker.onServed?(ServedRequest(method: .get, route: "", status: refusal.status, duration: .zero))
        phase = .ending
    }

    private func writeOutput() {
        if !output.isEmpty {
            let bytes = output
            output = []
            socket.send(bytes)
        }
        if case .ending = phase, !socket.hasUnsentBytes { finishEnding() }
    }

    private func endAfterWriting() { phase = .ending }

    /// Closes in the order that lets the peer read our last answer even if it is still sending (RFC 9112 §9.6).
    private func finishEnding() {
        guard !socket.isClosed else { return }
        if peerHasEnded { return socket.close() }
        socket.endSending()
        deadline = worker.loop.now + .seconds(1)
        armTimer()
    }

    // MARK: time

    private func resetDeadline() {
        deadline = worker.loop.now + allowedTime
        armTimer()
    }

    private var allowedTime: Duration {
        if socket.hasUnsentBytes { return worker.limits.writeStallTime }
        if decoder.isMidBody { return worker.limits.bodyTime }
        return decoder.isMidRequest ? worker.limits.headTime : worker.limits.idleTime
    }

    /// One timer a connection: it is moved only when it fires early or when the deadline has come nearer.
    private func armTimer() {
        if let timer, timer.deadline <= deadline { return }
        timer?.cancel()
        timer = worker.loop.schedule(at: deadline) { [weak self] in self?.timeIsUp() }
    }

    private func timeIsUp() {
        timer = nil
        if case .handling = phase { deadline = worker.loop.now + worker.limits.idleTime }
        guard worker.loop.now >= deadline else { return armTimer() }
        switch phase {
        case .waiting where decoder.isMidRequest && !socket.hasUnsentBytes:
            refuse(Refusal(408, "the request took too long to arrive"))
            writeOutput()
        default:
            socket.close()
        }
    }
}
