package import Base
package import Callbacks
package import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import SBI
package import Store

/// Tells systems that users whom they have registered are shut out, again and again until they have heard it or the registration must be over.
///
/// Nothing but a success and the word that the user is not known counts as heard: a notice takes a right away, so it is never given up because of
/// an answer. Some refusals end when an operator mends something at either end, and one attempt a minute costs next to nothing. A redirection is
/// not followed, since it may lead to anybody.
///
/// Each lane waits for itself: where a peer hangs or fails, its lane pauses, and notices to others go on.
package struct CallbackDelivery: Sendable {
    /// Sends one request; `HTTPClient.send` in a service.
    package typealias Transport = @Sendable (ClientRequest, Origin, Instant) async throws(ClientError) -> Response

    package enum Event: Sendable, Equatable {
        /// Somebody has heard a notice.
        case heard(String)
        /// A notice was not heard, by whom and why.
        case failed(String)
        /// How many notices are not heard yet, and how many never were and are over.
        case looked(pending: Int, expired: Int)
    }

    private enum Outcome {
        case heard
        /// The peer does not take this notice. It may take others.
        case refused(String)
        /// The peer takes no notices at the moment.
        case failed(String, retryAfter: Duration?)
    }

    private let store: any CallbackStore
    private let now: @Sendable () -> Timestamp
    private let random: @Sendable () -> UInt64
    private let onEvent: @Sendable (Event) -> Void
    private let transport: Transport
    private let lanes: CallbackLanes

    /// - Parameters:
    ///   - now: for what is kept; it may be set.
    ///   - clock: for pauses.
    package init(
        _ store: any CallbackStore, now: @escaping @Sendable () -> Timestamp, clock: @escaping @Sendable () -> Instant = { .now },
        random: @escaping @Sendable () -> UInt64, onEvent: @escaping @Sendable (Event) -> Void = { _ in }, transport: @escaping Transport
    ) {
        self.store = store
        self.now = now
        self.random = random
        self.onEvent = onEvent
        self.transport = transport
        lanes = CallbackLanes(clock: clock)
    }

    /// Looks for notices that are due until the task is cancelled. What the store cannot do now it may do the next time.
    package func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                var hasMore = false
                do throws(StoreFailure) {
                    hasMore = try await judge()
                    for lane in try await enter() { group.addTask { await deliver(lane) } }
                } catch {}
                if !hasMore { try? await Task.sleep(for: CallbackLimits.lookTime) }
            }
            group.cancelAll()
        }
    }

    /// Sends what is due once, and returns when everybody has answered or failed.
    package func step() async throws(StoreFailure) {
        while try await judge() {}
        let entered = try await enter()
        await withDiscardingTaskGroup { group in
            for lane in entered { group.addTask { await deliver(lane) } }
        }
    }

    private func judge() async throws(StoreFailure) -> Bool {
        let judgement = try await store.judge(at: now())
        onEvent(.looked(pending: judgement.pending, expired: judgement.expired))
        return judgement.hasMore
    }

    /// Lanes with something due that nobody is on, and that may be gone along.
    private func enter() async throws(StoreFailure) -> [CallbackLane] {
        let found = try await store.lanes(at: now(), without: lanes.closed(), perAskerMax: CallbackLimits.lanesPerAskerMax)
        return found.filter(lanes.enter)
    }

    private func deliver(_ lane: CallbackLane) async {
        defer { lanes.leave(lane) }
        while !Task.isCancelled {
            // One notice finds out whether a peer that failed hears again.
            let limit = lanes.isFailing(lane) ? 1 : CallbackLimits.sentAtOnceMax
            guard let batch = try? await store.take(lane, at: now(), limit: limit), !batch.isEmpty else { return }
            guard await isOpen(lane, after: await send(batch)) else { return }
        }
    }

    private func send(_ batch: [DueCallback]) async -> [(DueCallback, Outcome)] {
        await withTaskGroup(of: (DueCallback, Outcome).self) { group in
            for due in batch { group.addTask { (due, await send(due)) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// Settles what was sent.
    /// - Returns: whether there may be sent more.
    private func isOpen(_ lane: CallbackLane, after outcomes: [(due: DueCallback, outcome: Outcome)]) async -> Bool {
        let time = now()
        var heard: [Callback] = []
        var later: [(callback: Callback, at: Timestamp)] = []
        var wait: Duration?
        for (due, outcome) in outcomes {
            let pause = pause(after: due.attempts)
            switch outcome {
            case .heard: heard.append(due.callback)
            case .refused: later.append((callback: due.callback, at: time + pause))
            case .failed(_, let retryAfter):
                later.append((callback: due.callback, at: time))
                wait = max(wait ?? .zero, min(retryAfter ?? .zero, CallbackLimits.retryAfterMax))
            }
        }
        let isSettled = (try? await store.settle(heard: heard, later: later)) != nil
        guard let wait else {
            lanes.open(lane)
            return isSettled
        }
        lanes.pause(lane) { max(wait, pause(after: $0)) }
        return false
    }

    /// Doubles with each attempt; at least half of it is spent, so that not all come at the same time.
    private func pause(after attempts: Int) -> Duration {
        let full = min(CallbackLimits.pauseMin * (1 << min(attempts, 16)), CallbackLimits.pauseMax)
        return full * (0.5 + Double(random() >> 11) / Double(1 << 54))
    }
}

// MARK: one notice

extension CallbackDelivery {
    private func send(_ due: DueCallback) async -> Outcome {
        // It was looked at when it came; one that cannot be called will never be.
        guard let target = try? APIRoot(parsing: due.callback.uri), !target.prefix.isEmpty else { return .heard }
        let request = ClientRequest(
            .post, target.prefix, fields: ["Content-Type": "application/json"],
            body: DeregistrationNotice(impi: due.callback.impi, reason: due.reason).json())
        let outcome: Outcome
        do throws(ClientError) {
            outcome = Self.outcome(of: try await transport(request, target.origin, .now + CallbackLimits.answerTime))
        } catch { outcome = .failed(error.reason, retryAfter: error.retryAfter) }
        if Task.isCancelled { return outcome }
        switch outcome {
        case .heard: onEvent(.heard("\(target.origin)"))
        case .refused(let reason), .failed(let reason, _): onEvent(.failed("\(target.origin): \(reason)"))
        }
        return outcome
    }

    private static func saysUserIsUnknown(_ response: Response) -> Bool { ["USER_NOT_FOUND", "CONTEXT_NOT_FOUND"].contains(response.problemCause) }

    private static func outcome(of response: Response) -> Outcome {
        let status = response.status.code
        return switch status {
        case 200..<300: .heard
        // The user is not known there, so there is nothing to end. A bare 404 may be of whatever stands in the place of the service.
        case 404 where saysUserIsUnknown(response), 410 where saysUserIsUnknown(response): .heard
        // What is wrong is not this notice: who we are (401, 403), where it went (421), how many there are (429), the time (408, 425).
        case 401, 403, 408, 421, 425, 429: .failed("status \(status)", retryAfter: response.fields.retryAfter())
        case 400..<500: .refused("status \(status)")
        default: .failed("status \(status)", retryAfter: response.fields.retryAfter())
        }
    }
}
