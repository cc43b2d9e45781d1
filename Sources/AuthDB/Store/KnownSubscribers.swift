internal import AKA
internal import Base
internal import Nhss
internal import SQLiteStore

/// Subscribers as the last body left them, for the bodies after it: those who ask most are not read from their rows again.
///
/// It may be left out: a `SQLiteSubscriberStore` without it reads the rows every time. It lies within the store and not in front of it, because what
/// it remembers is part of the transaction that spends sequence numbers.
///
/// Exact, as it is used: on the database thread, by bodies of `Database.write`, each of which says what it changed. What is undone is
/// forgotten with all the rest: see `Connection.undoCount`. So what is found here is changed where it lies, as soon as its rows are.
final class KnownSubscribers: Sendable {
    private struct Contents {
        var undoCount = 0
        var subscribers: [IMPI: KnownSubscriber] = [:]
        var inds: [RequestingSystem: IND] = [:]

        mutating func forgetUndone(_ connection: Connection) {
            guard undoCount != connection.undoCount else { return }
            self = Contents(undoCount: connection.undoCount)
        }
    }

    private let contents = Guarded(Contents())

    func subscriber(_ impi: IMPI, _ connection: Connection) -> KnownSubscriber? {
        contents.withLock { contents in
            contents.forgetUndone(connection)
            return contents.subscribers[impi]
        }
    }

    func keep(_ subscriber: KnownSubscriber, as impi: IMPI, _ connection: Connection) {
        contents.withLock { contents in
            contents.forgetUndone(connection)
            if contents.subscribers.count >= AuthDBLimits.knownSubscribersMax { contents.subscribers = [:] }
            contents.subscribers[impi] = subscriber
        }
    }

    func forget(_ impi: IMPI) { contents.withLock { $0.subscribers[impi] = nil } }

    func ind(of system: RequestingSystem, _ connection: Connection) -> IND? {
        contents.withLock { contents in
            contents.forgetUndone(connection)
            return contents.inds[system]
        }
    }

    /// Bounded by those who call it: `AuthDBLimits.visitedSystemsMax`.
    func keep(ind: IND, of system: RequestingSystem, _ connection: Connection) {
        contents.withLock { contents in
            contents.forgetUndone(connection)
            contents.inds[system] = ind
        }
    }
}

/// What allocation asks of a subscriber. It stays on the database thread.
final class KnownSubscriber {
    /// Of its row in `sequence_number`.
    let row: Int64
    /// With the number that was spent last.
    var credentials: Credentials
    /// The default identity first.
    let identities: [AssociatedIdentity]
    /// The system that asked last, and the S-CSCF it asked for before.
    var system: RequestingSystem
    var servingCSCF: String?

    init(row: Int64, credentials: Credentials, identities: [AssociatedIdentity], system: RequestingSystem, servingCSCF: String?) {
        self.row = row
        self.credentials = credentials
        self.identities = identities
        self.system = system
        self.servingCSCF = servingCSCF
    }
}
