internal import Base
internal import Store

/// The files of an open database, as they are looked at from outside: whether they are still those that were opened, whether somebody else has
/// written to them, and whether the disk takes more.
final class DatabaseFiles: Sendable {
    private struct State {
        /// The write-ahead log, once it was seen, and the most bytes that it has had.
        var log: FileStatus.Identity?
        var logBytesSeen: Int64 = 0
        var triedAt: Instant?
        var examination = StoreExamination()
        /// Why the latest trial write was not good.
        var trialFailure: String?
    }

    /// What the database thread knows of the files. Nobody holds this lock for longer than the system takes to tell what a file is like.
    private struct Knowledge {
        /// The database file as this process has left it: it writes to it at a checkpoint and at no other time.
        var left: FileStatus?
        var isWriting = false
        var isClosing = false
        /// What is wrong for good: the first finding stays until the process starts again.
        var damage: String?
    }

    private let path: String
    private let logPath: String
    private let opened: FileStatus.Identity?
    private let state = Guarded(State())
    private let known: Guarded<Knowledge>
    private let trial: @Sendable (_ path: String) throws(FileError) -> Duration

    /// - Parameters:
    ///   - path: of the database, which is open.
    ///   - trial: writes a file of that name to the disk and removes it.
    init(
        _ path: String,
        trial: @escaping @Sendable (_ path: String) throws(FileError) -> Duration = { (path) throws(FileError) in
            try DiskSpace.timeSync(path, byteCount: DatabaseLimits.pageBytes)
        }
    ) {
        self.path = path
        logPath = path + "-wal"
        self.trial = trial
        let status = FileStatus(path)
        opened = status?.identity
        known = Guarded(Knowledge(left: status))
    }

    // MARK: From the database thread

    /// Runs a checkpoint, which writes to the database file.
    func whileWriting(_ checkpoint: () throws(SQLiteError) -> Void) throws(SQLiteError) {
        known.withLock { known in
            compare(&known)
            known.isWriting = true
        }
        defer {
            known.withLock { known in
                known.left = FileStatus(path)
                known.isWriting = false
            }
        }
        try checkpoint()
    }

    /// Keeps an error that says that the file does not hold any more what was written to it. Other errors say nothing of the file.
    func note(_ error: SQLiteError) {
        guard error.code == .corrupt || error.code == .ioError else { return }
        known.withLock { $0.damage = $0.damage ?? "\(path) is damaged or cannot be read: \(error.reason)" }
    }

    /// Before the files change or go because the database is closed.
    func stopWatching() { known.withLock { $0.isClosing = true } }

    // MARK: From the thread that watches

    /// - Parameter now: for tests, which do not wait until the next trial write is due.
    func examine(at now: Instant = .now) -> StoreExamination {
        // One examination at a time. Nobody else waits for this lock.
        state.withLock { state in
            let log = FileStatus(logPath)
            if state.log == nil { state.log = log?.identity }
            let damage = known.withLock { known -> (isClosing: Bool, reason: String?) in
                compare(&known)
                compare(log, &state, &known)
                return (known.isClosing, known.damage)
            }
            if damage.isClosing { return state.examination }
            state.examination.recordsFailure =
                Self.change(of: path, FileStatus(path)?.identity, since: opened) ?? Self.change(of: logPath, log?.identity, since: state.log)
                ?? damage.reason
            state.examination.logBytes = log?.byteCount ?? 0
            state.examination.freeBytes = DiskSpace.freeBytes(at: path) ?? state.examination.freeBytes
            tryWrite(&state, now)
            state.examination.diskFailure = shortage(state.examination.freeBytes) ?? state.trialFailure
            return state.examination
        }
    }

    /// Looks whether somebody else has written to the database file. Its own process never makes it smaller.
    private func compare(_ known: inout Knowledge) {
        guard !known.isWriting, !known.isClosing, known.damage == nil, let left = known.left, left.identity == opened, let present = FileStatus(path),
            present.identity == opened
        else { return }
        if present.byteCount < left.byteCount {
            known.damage = "\(path) was cut from \(left.byteCount) to \(present.byteCount) bytes by somebody else while the service uses it"
        } else if present.modificationTime != left.modificationTime || present.byteCount != left.byteCount {
            known.damage = "\(path) was written to by somebody else while the service uses it"
        }
    }

    /// Looks whether somebody else has cut the write-ahead log. SQLite cuts it to `logBytesKept` where it has grown beyond, and no further.
    private func compare(_ log: FileStatus?, _ state: inout State, _ known: inout Knowledge) {
        guard !known.isClosing, let log, log.identity == state.log else { return }
        if log.byteCount < min(state.logBytesSeen, Int64(DatabaseLimits.logBytesKept)), known.damage == nil {
            known.damage = "\(logPath) was cut to \(log.byteCount) bytes by somebody else while the service uses it"
        }
        state.logBytesSeen = max(state.logBytesSeen, log.byteCount)
    }

    private static func change(of path: String, _ present: FileStatus.Identity?, since opened: FileStatus.Identity?) -> String? {
        guard present != opened else { return nil }
        return present == nil
            ? "\(path) was moved or deleted while the service uses it" : "\(path) is another file than the one that the service uses"
    }

    private func shortage(_ freeBytes: Int64?) -> String? {
        guard let freeBytes, freeBytes < DatabaseLimits.freeBytesMin else { return nil }
        return "the disk of \(path) has \(freeBytes) bytes left, and \(DatabaseLimits.freeBytesMin) may be needed"
    }

    /// Only a write tells that the disk takes one: a quota or a broken disk is not seen otherwise.
    private func tryWrite(_ state: inout State, _ now: Instant) {
        if let triedAt = state.triedAt, state.trialFailure == nil, now - triedAt < DatabaseLimits.syncTrialInterval { return }
        state.triedAt = now
        do throws(FileError) {
            let time = try trial(path + "-trial")
            state.examination.syncTime = time
            state.trialFailure =
                time > DatabaseLimits.syncTimeMax ? "a write to the disk of \(path) took \(time), more than \(DatabaseLimits.syncTimeMax)" : nil
        } catch { state.trialFailure = error.reason }
    }
}
