internal import Base
internal import Nhss
internal import Store

/// How the last request for vectors of a user in a partner system ended.
struct AuthenticationStatusEntry: Sendable, Equatable {
    let impi: IMPI
    let systemID: SystemID
    /// `VECTORS_ISSUED` or `REFUSED`.
    let result: String
    /// The name of the failure's code (`AuthFailure.Code`), for `REFUSED`.
    let cause: String?
    let at: Timestamp
}

/// Collects authentication status and writes it to the store in the background. No question waits for that, and a user who asks a hundred
/// times a second costs one row a second.
final class AuthenticationStatusRecorder: Sendable {
    enum Result {
        case vectorsIssued
        case refused(AuthFailure)
    }

    private struct Key: Hashable {
        let impi: IMPI
        let systemID: SystemID
    }

    /// How many results may wait to be written; further ones are not recorded.
    private static let unwrittenMax = 100_000
    static let writeInterval = Duration.seconds(1)
    private let unwritten = Guarded<[Key: AuthenticationStatusEntry]>([:])
    private let store: any AuthorisationStore

    init(store: any AuthorisationStore) { self.store = store }

    func note(_ result: Result, _ impi: IMPI, in systemID: SystemID, at moment: Timestamp) {
        let entry =
            switch result {
            case .vectorsIssued: AuthenticationStatusEntry(impi: impi, systemID: systemID, result: "VECTORS_ISSUED", cause: nil, at: moment)
            case .refused(let failure):
                AuthenticationStatusEntry(impi: impi, systemID: systemID, result: "REFUSED", cause: failure.code.rawValue, at: moment)
            }
        unwritten.withLock { unwritten in
            guard unwritten.count < AuthenticationStatusRecorder.unwrittenMax else { return }
            unwritten[Key(impi: impi, systemID: systemID)] = entry
        }
    }

    /// Writes the results that were noted since the last time.
    func write() async throws(StoreFailure) {
        let entries = unwritten.withLock { unwritten in
            defer { unwritten = [:] }
            return Array(unwritten.values)
        }
        if !entries.isEmpty { try await store.record(entries) }
    }

    /// The last result of the user in each system.
    func status(of impi: IMPI) async throws(StoreFailure) -> [AuthenticationStatusEntry] {
        try await write()
        return try await store.status(of: impi)
    }
}

extension AuthenticationStatusRecorder {
    /// Writes once an interval until the task is cancelled. A store that fails says so itself, and the results of that interval are lost.
    func writeRegularly() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: AuthenticationStatusRecorder.writeInterval)
            try? await write()
        }
    }
}
