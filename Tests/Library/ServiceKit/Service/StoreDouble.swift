import Base
import Store

/// A store that finds what a test says.
final class StoreDouble: StoreEngine {
    let firstRecord: FirstRecord
    let commitTimes = CommitTimes()
    let found = Guarded(StoreExamination())

    init(isEmpty: Bool = false) { firstRecord = FirstRecord(isMissing: isEmpty) }

    var failure: StoreFailure? { nil }
    var waitingCalls: Int { 0 }
    func examine() -> StoreExamination { found.withLock { $0 } }
    func close() async {}

    func find(_ change: (inout StoreExamination) -> Void) { found.withLock { change(&$0) } }
}
