package import Base
package import Callbacks
package import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import SBI
package import Store

/// Tells systems that users whom they have registered are shut out, again and again until they have heard it.
package struct CallbackDelivery: Sendable {
    /// Sends one request; `HTTPClient.send` in a service.
    package typealias Transport = @Sendable (ClientRequest, Origin, Instant) async throws(ClientError) -> Response

    private let store: any CallbackStore
    private let now: @Sendable () -> Timestamp
    private let random: @Sendable () -> UInt64
    private let onFailed: @Sendable (String) -> Void
    private let transport: Transport

    package init(
        _ store: any CallbackStore, now: @escaping @Sendable () -> Timestamp, random: @escaping @Sendable () -> UInt64,
        onFailed: @escaping @Sendable (String) -> Void = { _ in }, transport: @escaping Transport
    ) {
        self.store = store
        self.now = now
        self.random = random
        self.onFailed = onFailed
        self.transport = transport
    }

    /// Looks for notices that are due until the task is cancelled. What the store cannot do now it may do the next time.
    package func run() async {
        while !Task.isCancelled {
            if (try? await step()) != true { try? await Task.sleep(for: CallbackLimits.lookTime) }
        }
    }

    /// Sends what is due once.
    /// - Returns: whether there may be more at once.
    package func step() async throws(StoreFailure) -> Bool {
        try await store.judge(at: now())
        let due = try await store.due(at: now(), limit: CallbackLimits.sentAtOnceMax)
        guard !due.isEmpty else { return false }
        let outcomes = await withTaskGroup(of: (DueCallback, Bool).self) { group in
            for callback in due { group.addTask { (callback, await isHeard(callback.callback)) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let time = now()
        let heard = outcomes.filter(\.1).map(\.0.callback)
        let later = outcomes.filter { !$0.1 }.map { (callback: $0.0.callback, at: time + pause(after: $0.0.attempts)) }
        try await store.settle(heard: heard, later: later)
        return due.count == CallbackLimits.sentAtOnceMax && !heard.isEmpty
    }

    private func isHeard(_ callback: Callback) async -> Bool {
        // It was looked at when it came; one that cannot be called will never be.
        guard let target = try? APIRoot(parsing: callback.uri), !target.prefix.isEmpty else { return true }
        let request = ClientRequest(
            .post, target.prefix, fields: ["Content-Type": "application/json"], body: DeregistrationNotice(impi: callback.impi).json())
        do throws(ClientError) {
            let response = try await transport(request, target.origin, .now + CallbackLimits.answerTime)
            // 404: the user is not known there, so there is nothing to end.
            if 200..<300 ~= response.status.code || response.status == .notFound { return true }
            onFailed("\(target.origin): status \(response.status.code)")
        } catch { onFailed("\(target.origin): \(error.reason)") }
        return false
    }

    /// Doubles with each attempt; at least half of it is spent.
    private func pause(after attempts: Int) -> Duration {
        let full = min(CallbackLimits.pauseMin * (1 << min(attempts, 16)), CallbackLimits.pauseMax)
        return full * (0.5 + Double(random() >> 11) / Double(1 << 54))
    }
}
