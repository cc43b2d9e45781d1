internal import Base
internal import Store

/// What the database thread does: takes what has come in, runs it, commits once, answers.
final class DatabaseWorker {
    private let connection: Connection
    private let queue: CallQueue
    private let policy: CommitPolicy
    private let files: DatabaseFiles
    private let firstRecord: FirstRecord
    private let times: CommitTimes
    private let onFatal: @Sendable (SQLiteError) -> Void
    private var commits = 0

    init(
        _ connection: Connection, _ queue: CallQueue, _ policy: CommitPolicy, _ files: DatabaseFiles, _ firstRecord: FirstRecord,
        _ times: CommitTimes, onFatal: @escaping @Sendable (SQLiteError) -> Void
    ) {
        self.connection = connection
        self.queue = queue
        self.policy = policy
        self.files = files
        self.firstRecord = firstRecord
        self.times = times
        self.onFatal = onFatal
    }

    /// Serves calls until the queue is closed or a commit fails.
    func run() {
        do {
            while let batch = queue.next() {
                runReads(batch.filter { $0.access == .read })
                var rest = batch.filter { $0.access == .write }[...]
                while !rest.isEmpty { rest = try runTransaction(rest) }
                try checkpointWhenDue()
            }
            files.stopWatching()
            // Should this fail, the log stays beside the database and is read at the next start: nothing is lost.
            try? connection.checkpoint(truncating: true)
            connection.close()
            queue.end()
        } catch {
            // The connection is left as it is, lock and all, until the process ends: after a failed sync the page cache
            // may claim more than the disk holds, and closing would copy from it.
            for call in queue.fail(error) { call.fail(error) }
            onFatal(error)
            queue.end()
        }
    }

    /// Reads go before the writes that came in with them, in a transaction of their own, and are answered at once: they
    /// see only what is on disk, and do not wait for the sync. That is in order, for nobody has been told yet that those
    /// writes are done.
    private func runReads(_ calls: [Call]) {
        guard !calls.isEmpty else { return }
        do {
            try connection.begin(.read)
        } catch {
            files.note(error)
            for call in calls { call.fail(error) }
            return
        }
        for call in calls {
            do {
                try call.run(connection)
                call.answer()
            } catch {
                files.note(error)
                call.fail(error)
            }
        }
        connection.endReading()
    }

    /// Runs calls until the end, or until one of them takes the transaction down with it, and commits.
    ///
    /// Hardly any call fails, and a savepoint for each would cost more than what it writes. So they run with nothing between them to go back
    /// to; only when one fails that may have written, everything is undone and run again, each call apart.
    /// - Returns: the calls that were not run.
    /// - Throws: when it is not known what is on disk. Every call has been answered with that error then.
    private func runTransaction(_ calls: ArraySlice<Call>) throws(SQLiteError) -> ArraySlice<Call> {
        guard try begin(calls) else { return [] }
        var course = try run(calls, apart: false)
        if course == nil {
            guard connection.rollBack() else { try stop(Array(calls), SQLiteError(.ioError, "what was written cannot be undone")) }
            guard try begin(calls) else { return [] }
            course = try run(calls, apart: true)
        }
        guard let course else { return [] }
        for failure in course.failures { failure.call.fail(failure.error) }
        if let rest = course.rest { return rest }
        try commit(course.done)
        return []
    }

    private func begin(_ calls: ArraySlice<Call>) throws(SQLiteError) -> Bool {
        do {
            try connection.begin(.write)
            return true
        } catch {
            files.note(error)
            if error.code == .ioError { try stop(Array(calls), error) }
            for call in calls { call.fail(error) }
            return false
        }
    }

    /// What became of the calls of a transaction, before anybody is told.
    private struct Course {
        var done: [Call] = []
        var failures: [(call: Call, error: SQLiteError)] = []
        /// Those that were not run because the transaction is gone; nil while it is there, to be committed.
        var rest: ArraySlice<Call>?
    }

    /// - Parameter apart: whether a call that fails is undone alone.
    /// - Returns: nil when they must be run apart and were not.
    private func run(_ calls: ArraySlice<Call>, apart: Bool) throws(SQLiteError) -> Course? {
        var course = Course()
        course.done.reserveCapacity(calls.count)
        for (index, call) in zip(calls.indices, calls) {
            do {
                if apart { try connection.inSavepoint(call.run) } else { try connection.runBody(call.run) }
                course.done.append(call)
            } catch {
                files.note(error)
                if error.code == .ioError { try stop(Array(calls), error) }
                course.failures.append((call, error))
                guard connection.isInTransaction else {
                    _ = connection.rollBack()
                    course.failures += course.done.map { ($0, error) }
                    course.rest = calls[calls.index(after: index)...]
                    return course
                }
                if !apart, connection.hasWritten { return nil }
            }
        }
        return course
    }

    /// Answers only after the commit has returned: what a caller is told is on disk.
    private func commit(_ calls: [Call]) throws(SQLiteError) {
        var isFirst = false
        do {
            commits += 1
            try policy.beforeCommit?(commits)
            isFirst = firstRecord.isMissing && connection.holdsRecord
            if isFirst { try connection.markFirstRecord() }
            let began = Instant.now
            try connection.commit()
            times.add(Instant.now - began)
        } catch {
            let isUndone = connection.rollBack()
            guard error.code == .full, policy.diskFull == .refusesBatch, isUndone else { try stop(calls, error) }
            for call in calls { call.fail(error) }
            return
        }
        // Before anybody is told: whoever was told that a record is stored asks about it next.
        if isFirst { firstRecord.arrive() }
        for call in calls { call.answer() }
    }

    private func stop(_ calls: [Call], _ error: SQLiteError) throws(SQLiteError) -> Never {
        // Before anybody is told: whoever asks again because of the error finds the database stopped.
        let waiting = queue.fail(error)
        for call in calls + waiting { call.fail(error) }
        throw error
    }

    /// After the answers, so that nobody waits for it. A disk too full for it is tried again after the next batch.
    private func checkpointWhenDue() throws(SQLiteError) {
        guard connection.logPages.pointee >= DatabaseLimits.logPagesBeforeCheckpoint else { return }
        do {
            try files.whileWriting { () throws(SQLiteError) in try connection.checkpoint(truncating: false) }
        } catch {
            if error.code != .full { throw error }
        }
    }
}
