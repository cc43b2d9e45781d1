internal import Base
internal import Logging
internal import Store

/// The latest examination of a store, with a line in the log whenever its outcome changes.
final class StoreWatch: Sendable {
    private let examine: @Sendable () -> StoreExamination
    private let logger: Logger
    private let latest: Guarded<StoreExamination>

    /// Examines the store for the first time.
    init(_ examine: @escaping @Sendable () -> StoreExamination, logger: Logger) {
        self.examine = examine
        self.logger = logger
        latest = Guarded(StoreExamination())
        look()
    }

    var examination: StoreExamination { latest.withLock { $0 } }

    /// Whoever sees a new outcome afterwards finds its line in the log.
    func look() {
        let found = examine()
        latest.withLock { latest in
            report("database", latest.recordsFailure, found.recordsFailure)
            report("disk", latest.diskFailure, found.diskFailure)
            latest = found
        }
    }

    private func report(_ check: String, _ before: String?, _ now: String?) {
        switch (before, now) {
        case (nil, .some(let reason)): logger.error("not ready", metadata: ["check": .string(check), "reason": .string(reason)])
        case (.some, nil): logger.notice("in order again", metadata: ["check": .string(check)])
        case (.some, .some), (nil, nil): break
        }
    }
}
