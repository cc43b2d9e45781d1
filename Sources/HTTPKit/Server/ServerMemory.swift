internal import Base
internal import CLinux
internal import Synchronization

/// What the connections of a process may hold for their peers, all together: requests that are not whole or not answered, with their header fields,
/// and answers that are not taken.
///
/// The bounds of one connection are small, but there may be thousands of connections. Beyond the budget the peer that holds the most is refused
/// first, on whichever loop and listener its connections are: a peer that never ends its requests, or never reads its answers, costs itself alone.
/// Its turn comes a little before the budget is used up. Where it is used up all the same, whoever asks for more is refused as well.
package final class ServerMemory: Sendable {
    enum Verdict: Equatable {
        case fits
        /// The connection that holds more than before is to refuse what it holds.
        case refuse
        /// Another peer holds more.
        case refuseOther(ServerAdmission.Client)
        /// Another peer holds more, and there is no room until it has been refused.
        case refuseBoth(ServerAdmission.Client)
        /// Much was held and is no more.
        case returnMemory
    }

    private struct Accounts {
        var all = 0
        var ofClient: [ServerAdmission.Client: Int] = [:]
        /// Workers that have been told to refuse a peer and have not done so yet; nobody else is told meanwhile.
        var pending = 0
        /// The most that was held since memory was last given back to the kernel.
        var peak = 0
    }

    private struct Member {
        weak var worker: ServerWorker?
    }

    package let bytesMax: Int
    private let accounts = Guarded(Accounts())
    private let members = Guarded<[Member]>([])
    private let refusals = Atomic<Int>(0)

    package init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Bytes held now.
    package var heldBytes: Int { accounts.withLock { $0.all } }
    /// How often a connection had to refuse what it held.
    package var refusalCount: Int { refusals.load(ordering: .relaxed) }

    func join(_ worker: ServerWorker) { members.withLock { $0.append(Member(worker: worker)) } }

    private var refuseBytes: Int { bytesMax - bytesMax / ServerLimits.heldBytesSparePart }

    /// A connection of the client holds so much more, or less, than before.
    func change(_ client: ServerAdmission.Client, by delta: Int) -> Verdict {
        accounts.withLock { accounts in
            add(delta, of: client, to: &accounts)
            guard delta > 0 else { return mustReturn(&accounts) ? .returnMemory : .fits }
            guard accounts.all > refuseBytes else { return .fits }
            guard let greediest = greedier(than: client, accounts) else { return .refuse }
            if accounts.all > bytesMax { return .refuseBoth(greediest) }
            return accounts.pending == 0 ? .refuseOther(greediest) : .fits
        }
    }

    /// Counts so much more of the client, if there is room for it.
    /// - Returns: `.refuse` or `.refuseBoth` where there is none, and nothing was counted.
    func reserve(_ client: ServerAdmission.Client, _ count: Int) -> Verdict {
        accounts.withLock { accounts in
            let all = accounts.all + count
            guard all > refuseBytes else {
                add(count, of: client, to: &accounts)
                return .fits
            }
            guard let greediest = greedier(than: client, accounts) else { return .refuse }
            if all > bytesMax { return .refuseBoth(greediest) }
            add(count, of: client, to: &accounts)
            return accounts.pending == 0 ? .refuseOther(greediest) : .fits
        }
    }

    private func add(_ delta: Int, of client: ServerAdmission.Client, to accounts: inout Accounts) {
        accounts.all += delta
        accounts.peak = max(accounts.peak, accounts.all)
        let held = accounts.ofClient[client, default: 0] + delta
        accounts.ofClient[client] = held > 0 ? held : nil
    }

    private func greedier(than client: ServerAdmission.Client, _ accounts: Accounts) -> ServerAdmission.Client? {
        guard let greediest = accounts.ofClient.max(by: { $0.value < $1.value }), greediest.value > accounts.ofClient[client, default: 0] else {
            return nil
        }
        return greediest.key
    }

    private func mustReturn(_ accounts: inout Accounts) -> Bool {
        guard accounts.peak >= ServerLimits.heldBytesReturned, accounts.all < accounts.peak / ServerLimits.heldPartReturned else { return false }
        accounts.peak = accounts.all
        return true
    }

    /// Gives freed memory back to the kernel, when the connections that held it have gone. Allocators keep it for the next ones: glibc's malloc
    /// whatever lies below a piece in use, mimalloc what a thread frees before it sleeps.
    func returnSoon() {
        for worker in members.withLock({ $0.compactMap(\.worker) }) {
            let loop = worker.loop
            loop.execute { loop.schedule(at: loop.now + ServerLimits.returnTime) { mc_return_memory() } }
        }
    }

    /// Has the connection of this client that holds the most refuse it, on each loop.
    func refuseGreediest(of client: ServerAdmission.Client) {
        let workers = members.withLock { $0.compactMap(\.worker) }
        let mayBegin = accounts.withLock { accounts in
            guard accounts.pending == 0 else { return false }
            accounts.pending += workers.count
            return true
        }
        guard mayBegin else { return }
        for worker in workers {
            worker.loop.execute { [self] in
                worker.refuseGreediest(of: client)
                accounts.withLock { $0.pending -= 1 }
            }
        }
    }

    func countRefusal() { refusals.add(1, ordering: .relaxed) }
}
