import Base
import Contracts
import Nhss
import Store

@testable import PrimaryMMS

/// Authorisations in dictionaries: the simplest store that keeps the promises. It remembers what it was asked and who changed it.
final class InMemoryAuthorisationStore: AuthorisationStore {
    private struct State {
        var systems = MemoryTable<PartnerSystem>()
        var authorisations = MemoryTable<MigrationAuthorisation>()
        var status: [AuthorisationKey: AuthenticationStatusEntry] = [:]
        var calls = 0
        var authors: [Author] = []
    }

    private let state = Guarded(State())

    var calls: Int { state.withLock { $0.calls } }
    var authors: [Author] { state.withLock { $0.authors } }

    private func read<Answer: Sendable>(_ body: (State) -> Answer) -> Answer {
        state.withLock { state in
            state.calls += 1
            return body(state)
        }
    }

    private func write<Answer: Sendable>(_ change: Change, _ body: (inout State) -> Answer) -> Answer {
        state.withLock { state in
            state.calls += 1
            state.authors.append(change.author)
            return body(&state)
        }
    }

    // MARK: partner systems

    func partnerSystem(certified name: SystemID) async throws(StoreFailure) -> PartnerSystem? {
        read { state in state.systems[name.text]?.record ?? state.systems.all.first { $0.certificateNames.contains(name.text) } }
    }

    func partnerNames() async throws(StoreFailure) -> [String] { read { $0.systems.all.flatMap { [$0.systemID.text] + $0.certificateNames } } }

    func partnerSystem(_ systemID: SystemID) async throws(StoreFailure) -> Stored<PartnerSystem>? { read { $0.systems[systemID.text] } }

    func partnerSystems(_ selection: RecordSelection, limit: Int) async throws(StoreFailure) -> [Stored<PartnerSystem>] {
        read { $0.systems.page(after: selection.after, limit: limit) { selection.enabled == nil || selection.enabled == $0.enabled } }
    }

    func put(_ system: PartnerSystem, _ change: Change) async throws(StoreFailure) -> PutOutcome<PartnerSystem> {
        write(change) { state in
            let names = state.systems.all.filter { $0.systemID != system.systemID }.flatMap(\.certificateNames)
            let isTaken = system.certificateNames.contains { names.contains($0) }
            let refusal = isTaken ? PutOutcome<PartnerSystem>.conflict(param: "/certificateNames", reason: "is taken") : nil
            return state.systems.put(system.systemID.text, change, refusal: refusal) { _ in system }
        }
    }

    func deletePartnerSystem(_ systemID: SystemID, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        write(change) { state in
            let isUsed = state.authorisations.all.contains { $0.systemID == systemID }
            return state.systems.delete(systemID.text, change, refusal: isUsed ? .conflict(reason: "users may migrate to it") : nil)
        }
    }

    // MARK: authorisations

    /// Orders as the pair does: a space comes before everything that an identity can hold.
    private static func key(_ impi: IMPI, _ systemID: SystemID) -> String { "\(impi.text) \(systemID.text)" }

    func authorisation(of impi: IMPI, in systemID: SystemID) async throws(StoreFailure) -> Stored<MigrationAuthorisation>? {
        read { $0.authorisations[Self.key(impi, systemID)] }
    }

    func authorisations(
        _ selection: AuthorisationSelection, limit: Int
    ) async throws(StoreFailure) -> [Stored<MigrationAuthorisation>] {
        read { state in
            state.authorisations.page(after: "\(selection.after.impi) \(selection.after.systemID)", limit: limit) { authorisation in
                (selection.impi == nil || selection.impi == authorisation.impi)
                    && (selection.systemID == nil || selection.systemID == authorisation.systemID)
                    && (selection.enabled == nil || selection.enabled == authorisation.enabled)
            }
        }
    }

    func put(_ authorisation: MigrationAuthorisation, _ change: Change) async throws(StoreFailure) -> PutOutcome<MigrationAuthorisation> {
        write(change) { state in
            let isKnown = state.systems[authorisation.systemID.text] != nil
            let refusal = isKnown ? nil : PutOutcome<MigrationAuthorisation>.conflict(param: "{systemId}", reason: "is unknown")
            return state.authorisations.put(Self.key(authorisation.impi, authorisation.systemID), change, refusal: refusal) { _ in authorisation }
        }
    }

    func deleteAuthorisation(of impi: IMPI, in systemID: SystemID, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        write(change) { $0.authorisations.delete(Self.key(impi, systemID), change) }
    }

    // MARK: authentication status

    func record(_ entries: [AuthenticationStatusEntry]) async throws(StoreFailure) {
        state.withLock { state in
            for entry in entries { state.status[AuthorisationKey(impi: entry.impi, systemID: entry.systemID)] = entry }
        }
    }

    func status(of impi: IMPI) async throws(StoreFailure) -> [AuthenticationStatusEntry] {
        read { state in state.status.values.filter { $0.impi == impi }.sorted { $0.systemID.text < $1.systemID.text } }
    }
}
