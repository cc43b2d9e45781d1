internal import Base
internal import Logging
internal import ServiceKit

/// What an operator sees of the notices that a service sends.
struct CallbackLog: Sendable {
    private struct State {
        var pending = 0
        /// Why the latest attempt failed; nil once everything has been heard.
        var failure: String?
    }

    private let logger: Logger
    private let heard: Counter
    private let failed: Counter
    private let expired: Counter
    private let state = Guarded(State())

    init(_ service: Service) {
        logger = service.logger
        let metrics = service.metrics
        heard = metrics.counter("mc_deregistration_notices_heard_total", help: "Notices of users who are shut out that were heard.")
        failed = metrics.counter(
            "mc_deregistration_notices_failed_total", help: "Attempts to tell of users who are shut out that failed; they are repeated.")
        expired = metrics.counter(
            "mc_deregistration_notices_expired_total", help: "Notices of users who are shut out that were given up, unheard, after two weeks.")
        metrics.gauge("mc_deregistration_notices_pending", help: "Notices of users who are shut out that are not heard yet, up to 10000.") {
            [state] in Double(state.withLock { $0.pending })
        }
        service.addReadinessCheck("deregistration-notices", { nil }) { [state] in
            let (pending, failure) = state.withLock { ($0.pending, $0.failure) }
            return failure.map { "\(pending) notices of users who are shut out are not heard yet; at the latest attempt: \($0)" }
        }
    }

    func record(_ event: CallbackDelivery.Event) {
        switch event {
        case .heard(let peer):
            heard.add()
            logger.info("deregistration notice heard", metadata: ["peer": .string(peer)])
        case .failed(let reason):
            failed.add()
            state.withLock { $0.failure = reason }
            logger.warning("deregistration notice not heard, it is sent again", metadata: ["reason": .string(reason)])
        case .looked(let pending, let expired):
            state.withLock { state in
                state.pending = pending
                if pending == 0 { state.failure = nil }
            }
            guard expired > 0 else { return }
            self.expired.add(expired)
            logger.warning("deregistration notices given up: they were never heard", metadata: ["count": .stringConvertible(expired)])
        }
    }
}
