internal import Nhss
internal import Store

/// Keeps registrations beyond the life of the process.
///
/// The registrar reads all of them when it starts, and tells every change before anybody else learns of it. What it serves is its
/// `RegistrationTable`.
protocol RegistrationStore: Sendable {
    /// In the order of the text of their public identities, those after `cursor`. Contacts whose time is over may be among them.
    func registrations(after cursor: String, limit: Int) async throws(StoreFailure) -> [Registration]
    /// Makes all of these changes, in their order, or none. They are durable when this returns.
    func make(_ changes: [RegistrationChange]) async throws(StoreFailure)
}
