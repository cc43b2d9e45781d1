/// What the database thread does: takes what has come in, runs it, commits once, answers.
final class DatabaseWorker {
    private let connection: Connection
    private let queue: CallQueue
    private let policy: CommitPolicy
    private let onFatal: @Sendable (StorageError) -> Void
    private var commits = 0

    init(
        _ connection: Connection, _ queue: CallQueue, _ policy: CommitPolicy,
        onFatal: @escaping @Sendable (StorageError) -> Void
    ) {
        self.connection = connection
        self.queue = queue
        self.policy = policy
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
            for call in calls { call.fail(error) }
            return
        }
        for call in calls {
            do {
                try call.run(connection)
                call.answer()
            } catch {
                call.fail(error)
            }
        }
        _ = connection.rollBack()
    }

    /// Runs calls until the end, or until one of them takes the transaction down with it, and commits.
    ///
    /// - Returns: the calls that were not run.
    /// - Throws: when it is not known what is on disk. Every call has been answered with that error then.
    private func runTransaction(_ calls: ArraySlice<Call>) throws(StorageError) -> ArraySlice<Call> {
        do {
            try connection.begin(.write)
        } catch {
            if error.code == .ioError { try stop(Array(calls), error) }
            for call in calls { call.fail(error) }
            return []
        }
        var done: [Call] = []
        for (index, call) in zip(calls.indices, calls) {
            do {
                try connection.inSavepoint { connection throws(StorageError) in try call.run(connection) }
                done.append(call)
            } catch {
                let rest = calls[calls.index(after: index)...]
                if error.code == .ioError { try stop(done + [call] + rest, error) }
                call.fail(error)
                guard connection.isInTransaction else {
                    for call in done { call.fail(error) }
                    return rest
                }
            }
        }
        try commit(done)
        return []
    }

    /// Answers only after the commit has returned: what a caller is told is on disk.
    private func commit(_ calls: [Call]) throws(StorageError) {
        do {
            commits += 1
            try policy.beforeCommit?(commits)
            try connection.commit()
        } catch {
            let isUndone = connection.rollBack()
            guard error.code == .full, policy.diskFull == .refusesBatch, isUndone else { try stop(calls, error) }
            for call in calls { call.fail(error) }
            return
        }
        for call in calls { call.answer() }
    }

    private func stop(_ calls: [Call], _ error: StorageError) throws(StorageError) -> Never {
        // Before anybody is told: whoever asks again because of the error finds the database stopped.
        let waiting = queue.fail(error)
        for call in calls + waiting { call.fail(error) }
        throw error
    }

    /// After the answers, so that nobody waits for it. A disk too full for it is tried again after the next batch.
    private func checkpointWhenDue() throws(StorageError) {
        guard connection.logPages.pointee >= StorageLimits.logPagesBeforeCheckpoint else { return }
        do {
            try connection.checkpoint(truncating: false)
        } catch {
            if error.code != .full { throw error }
        }
    }
}
