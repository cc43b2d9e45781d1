import Base
import Contracts
import Nhss
import Store

@testable import PartnerMMS

/// Bindings in dictionaries: the simplest store that keeps the promises. It remembers what it was asked and who changed it.
final class InMemoryBindingStore: BindingStore {
    private struct State {
        var bindings = MemoryTable<Binding>()
        var systems = MemoryTable<PrimarySystem>()
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

    func route(of partnerImpi: IMPI) async throws(StoreFailure) -> Route? {
        read { state in
            guard let binding = state.bindings[partnerImpi.text]?.record, let system = state.systems[binding.primarySystemID.text]?.record else {
                return nil
            }
            return Route(binding, system)
        }
    }

    func binding(of partnerImpi: IMPI) async throws(StoreFailure) -> Stored<Binding>? { read { $0.bindings[partnerImpi.text] } }

    func bindings(_ selection: BindingSelection, limit: Int) async throws(StoreFailure) -> [Stored<Binding>] {
        read { $0.bindings.page(after: selection.after, limit: limit, where: selection.includes) }
    }

    func put(_ binding: Binding, _ change: Change) async throws(StoreFailure) -> PutOutcome<Binding> {
        write(change) { state in
            state.bindings.put(binding.partnerImpi.text, change, refusal: InMemoryBindingStore.conflict(binding, state)) { _ in binding }
        }
    }

    private static func conflict(_ binding: Binding, _ state: State) -> PutOutcome<Binding>? {
        let others = state.bindings.all.filter { $0.partnerImpi != binding.partnerImpi }
        let ofSystem = others.filter { $0.primarySystemID == binding.primarySystemID }
        let identities = others.flatMap(\.publicIdentities)
        if ofSystem.contains(where: { $0.primaryImpi == binding.primaryImpi }) { return .conflict(param: "/primaryImpi", reason: "is bound") }
        if binding.publicIdentities.contains(where: { own in identities.contains { $0.partner == own.partner } }) {
            return .conflict(param: "/publicIdentities", reason: "is bound")
        }
        if binding.publicIdentities.contains(where: { own in ofSystem.flatMap(\.publicIdentities).contains { $0.primary == own.primary } }) {
            return .conflict(param: "/publicIdentities", reason: "is bound")
        }
        return state.systems[binding.primarySystemID.text] == nil ? .conflict(param: "/primarySystemId", reason: "is unknown") : nil
    }

    func deleteBinding(of partnerImpi: IMPI, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        write(change) { $0.bindings.delete(partnerImpi.text, change) }
    }

    func primarySystem(_ systemID: SystemID) async throws(StoreFailure) -> Stored<PrimarySystem>? { read { $0.systems[systemID.text] } }

    func primarySystems(_ selection: RecordSelection, limit: Int) async throws(StoreFailure) -> [Stored<PrimarySystem>] {
        read { $0.systems.page(after: selection.after, limit: limit) { selection.enabled == nil || selection.enabled == $0.enabled } }
    }

    func put(_ system: PrimarySystem, _ change: Change) async throws(StoreFailure) -> PutOutcome<PrimarySystem> {
        write(change) { state in state.systems.put(system.systemID.text, change) { _ in system } }
    }

    func deletePrimarySystem(_ systemID: SystemID, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        write(change) { state in
            let isUsed = state.bindings.all.contains { $0.primarySystemID == systemID }
            return state.systems.delete(systemID.text, change, refusal: isUsed ? .conflict(reason: "bindings lead to it") : nil)
        }
    }
}
