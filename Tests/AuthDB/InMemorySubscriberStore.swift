import AKA
import Base
import Contracts
import Nhss
import Store

@testable import AuthDB

/// Subscribers in dictionaries: the simplest store that keeps the promises. It remembers what it was asked and who changed it.
final class InMemorySubscriberStore: SubscriberStore {
    private struct State {
        var subscribers = MemoryTable<Subscriber> { $0.entityTag }
        var keys: [IMPI: KeyMaterial] = [:]
        /// The S-CSCF that each system asked for last.
        var servingCSCFs: [IMPI: [RequestingSystem: String]] = [:]
        var inds: [RequestingSystem: IND] = [:]
        var calls = 0
        var authors: [Author] = []

        func owner(of impu: IMPU) -> IMPI? { subscribers.all.first { $0.impus.contains(impu) }?.impi }
    }

    private let state = Guarded(State())

    var calls: Int { state.withLock { $0.calls } }
    var authors: [Author] { state.withLock { $0.authors } }

    // MARK: allocation

    func allocate(_ request: Allocation.Request, admit: @escaping Admission.Rule) async throws(StoreFailure) -> Allocation.Outcome {
        state.withLock { state in
            let subscriber = state.subscribers[request.impi.text]?.record
            let credentials = subscriber.flatMap { subscriber in
                state.keys[request.impi].map { Credentials(key: $0, amf: subscriber.amf, enabled: subscriber.enabled, sqn: subscriber.sqn) }
            }
            let standing = Standing(
                credentials: credentials, impuOwner: request.impu.flatMap(state.owner),
                servingCSCF: state.servingCSCFs[request.impi]?[request.system])
            let admission: Admission
            do throws(AuthFailure) { admission = try admit(standing) } catch { return .refused(error) }
            guard let subscriber else { return .refused(AuthFailure(.internalFailure, "nobody was let in")) }
            var inds = state.inds
            let ind = Self.ind(of: request.system, &inds)
            let base = admission.baseSEQ ?? subscriber.sqn.seq
            let sqns = (1...UInt64(request.count)).compactMap { try? SQN(seq: base + $0, ind: ind) }
            guard sqns.count == request.count, let last = sqns.last else { return .exhausted }
            state.inds = inds
            state.servingCSCFs[request.impi, default: [:]][request.system] = request.cscfServerName
            state.subscribers.update(
                request.impi.text,
                Subscriber(
                    impi: subscriber.impi, impus: subscriber.impus, algorithm: subscriber.algorithm, amf: subscriber.amf,
                    enabled: subscriber.enabled, keyCheckValue: subscriber.keyCheckValue, sqn: last, barredImpus: subscriber.barredImpus))
            let identities = subscriber.impus.map { AssociatedIdentity($0, isBarred: subscriber.barredImpus.contains($0)) }
            return .allocated(Allocation(admission: admission, identities: identities, sqns: sqns))
        }
    }

    private static func ind(of system: RequestingSystem, _ inds: inout [RequestingSystem: IND]) -> IND {
        guard case .visited = system else { return RequestingSystem.homeSlot }
        if let ind = inds[system] { return ind }
        guard inds.count < AuthDBLimits.visitedSystemsMax else { return RequestingSystem.sharedSlot }
        let used = Dictionary(grouping: inds.values) { $0 }.mapValues(\.count)
        let ind = RequestingSystem.visitedSlots.min { (used[$0] ?? 0, $0.value) < (used[$1] ?? 0, $1.value) } ?? RequestingSystem.sharedSlot
        inds[system] = ind
        return ind
    }

    // MARK: provisioning

    func subscriber(_ impi: IMPI) async throws(StoreFailure) -> Stored<Subscriber>? {
        state.withLock { state in
            state.calls += 1
            return state.subscribers[impi.text]
        }
    }

    func subscribers(_ selection: SubscriberSelection, limit: Int) async throws(StoreFailure) -> [Stored<Subscriber>] {
        state.withLock { state in
            state.calls += 1
            return state.subscribers.page(after: selection.after, limit: limit, where: selection.includes)
        }
    }

    func put(_ subscriber: SubscriberChange, _ change: Change) async throws(StoreFailure) -> PutOutcome<Subscriber> {
        state.withLock { state in
            state.calls += 1
            state.authors.append(change.author)
            var refusal: PutOutcome<Subscriber>?
            var changed: Subscriber?
            do throws(SubscriberChange.Refusal) {
                changed = try subscriber.subscriber(replacing: state.subscribers[subscriber.impi.text])
            } catch {
                refusal = error.isConflict ? .conflict(param: error.param, reason: error.reason) : .invalid(param: error.param, reason: error.reason)
            }
            let owners = subscriber.impus.compactMap(state.owner)
            if owners.contains(where: { $0 != subscriber.impi }) { refusal = refusal ?? .conflict(param: "/impus", reason: "is another's") }
            guard let record = changed else {
                guard change.isAllowed(state.subscribers[subscriber.impi.text]?.entityTag) else { return .preconditionFailed }
                return refusal ?? .invalid(param: "", reason: "")
            }
            let outcome = state.subscribers.put(subscriber.impi.text, change, refusal: refusal) { _ in record }
            if outcome.stored != nil, let keys = subscriber.keys { state.keys[subscriber.impi] = keys.material }
            return outcome
        }
    }

    func deleteSubscriber(_ impi: IMPI, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        state.withLock { state in
            state.calls += 1
            state.authors.append(change.author)
            let outcome = state.subscribers.delete(impi.text, change)
            if outcome.isDeleted {
                state.keys[impi] = nil
                state.servingCSCFs[impi] = nil
            }
            return outcome
        }
    }
}
