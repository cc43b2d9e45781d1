internal import Base
internal import Nhss
internal import Store

/// Keeps registrations for as long as the process lives: for a core that is started with `--database none`.
final class InMemoryRegistrationStore: RegistrationStore {
    private let registrations = Guarded<[IMPU: Registration]>([:])

    init() {}

    func registrations(after cursor: String, limit: Int) async throws(StoreFailure) -> [Registration] {
        registrations.withLock { registrations in
            let after = registrations.keys.filter { cursor.utf8.lexicographicallyPrecedes($0.bytes) }
            return after.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.prefix(limit).compactMap { registrations[$0] }
        }
    }

    func make(_ changes: [RegistrationChange]) async throws(StoreFailure) {
        registrations.withLock { registrations in
            for change in changes {
                switch change {
                case .set(let registration): registrations[registration.impu] = registration
                case .remove(let impu): registrations[impu] = nil
                }
            }
        }
    }
}
