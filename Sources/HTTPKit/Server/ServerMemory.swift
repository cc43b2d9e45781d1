internal import Base
internal import Synchronization

/// What the connections of a process may hold for their peers, all together: requests that are not whole or not answered, and answers that are not
/// taken.
///
/// The bounds of one connection are small, but there may be thousands of connections. Beyond the budget the peer that holds the most is refused
/// first, on whichever loop and listener its connections are: a peer that never ends its requests, or never reads its answers, costs itself alone.
package final class ServerMemory: Sendable {
    enum Verdict: Equatable {
        case fits
        /// The connection that holds more than before is to refuse what it holds.
        case refuse
        /// Another peer holds more.
        case refuseOther(ServerAdmission.Client)
    }

    private struct Accounts {
        var all = 0
        var ofClient: [ServerAdmission.Client: Int] = [:]
        /// Workers that have been told to refuse a peer and have not done so yet; nobody else is told meanwhile.
        var pending = 0
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

    /// A connection of the client holds so much more, or less, than before.
    func change(_ client: ServerAdmission.Client, by delta: Int) -> Verdict {
        accounts.withLock { accounts in
            accounts.all += delta
            let held = accounts.ofClient[client, default: 0] + delta
            accounts.ofClient[client] = held > 0 ? held : nil
            guard delta > 0, accounts.all > bytesMax else { return .fits }
            guard let greediest = accounts.ofClient.max(by: { $0.value < $1.value }), greediest.value > held else { return .refuse }
            return accounts.pending == 0 ? .refuseOther(greediest.key) : .fits
        }
    }

    /// Has the connection of this client that holds the most refuse it, on each loop.
    func refuseGreediest(of client: ServerAdmission.Client) {
        let workers = members.withLock { $0.compactMap(\.worker) }
        accounts.withLock { $0.pending += workers.count }
        for worker in workers {
            worker.loop.execute { [self] in
                worker.refuseGreediest(of: client)
                accounts.withLock { $0.pending -= 1 }
            }
        }
    }

    func countRefusal() { refusals.add(1, ordering: .relaxed) }
}
