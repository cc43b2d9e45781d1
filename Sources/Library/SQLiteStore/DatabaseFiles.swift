internal import Base
internal import Store

/// The files of an open database, as they are looked at from outside: whether they are still those that were opened, and whether the disk takes more.
final class DatabaseFiles: Sendable {
    private struct State {
        /// The write-ahead log, once it was seen.
        var log: FileStatus.Identity?
        var triedAt: Instant?
        var examination = StoreExamination()
        /// Why the latest trial write was not good.
        var trialFailure: String?
    }

    private let path: String
    private let logPath: String
    private let opened: FileStatus.Identity?
    private let state = Guarded(State())
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
        opened = FileStatus(path)?.identity
    }

    /// - Parameter now: for tests, which do not wait until the next trial write is due.
    func examine(at now: Instant = .now) -> StoreExamination {
        // One examination at a time. Nobody else waits for this lock.
        state.withLock { state in
            let log = FileStatus(logPath)
            if state.log == nil { state.log = log?.identity }
            state.examination.recordsFailure =
                Self.change(of: path, FileStatus(path)?.identity, since: opened) ?? Self.change(of: logPath, log?.identity, since: state.log)
            state.examination.logBytes = log?.byteCount ?? 0
            state.examination.freeBytes = DiskSpace.freeBytes(at: path) ?? state.examination.freeBytes
            tryWrite(&state, now)
            state.examination.diskFailure = shortage(state.examination.freeBytes) ?? state.trialFailure
            return state.examination
        }
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
