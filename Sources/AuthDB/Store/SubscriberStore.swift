internal import AKA
internal import Nhss
internal import Store

/// Subscribers and their sequence numbers. A change is on disk when its method returns.
protocol SubscriberStore: Sendable {
    /// Looks at a subscriber, lets `admit` judge, and spends sequence numbers, all in one transaction: no other question comes between.
    ///
    /// On return the numbers are on disk, and only then may a vector be made of them. They may be lost, never given twice.
    /// - Parameter admit: called within the transaction; where it throws, nothing changes.
    func allocate(_ request: Allocation.Request, admit: @escaping Admission.Rule) async throws(StoreFailure) -> Allocation.Outcome

    func subscriber(_ impi: IMPI) async throws(StoreFailure) -> Stored<Subscriber>?
    /// In the order of their private identities.
    func subscribers(_ selection: SubscriberSelection, limit: Int) async throws(StoreFailure) -> [Stored<Subscriber>]
    /// Conditions are judged by `Stored<Subscriber>.entityTag`.
    func put(_ subscriber: SubscriberChange, _ change: Change) async throws(StoreFailure) -> PutOutcome<Subscriber>
    /// Forgets a subscriber, keys, sequence number and all. One that is made again with the same K should be given an `sqn` above the last.
    func deleteSubscriber(_ impi: IMPI, _ change: Change) async throws(StoreFailure) -> DeleteOutcome
}

/// What is known of the user whom a question names, at one moment.
struct Standing: Sendable {
    /// Nil where nobody has the private identity.
    let credentials: Credentials?
    /// Whose the public identity of the question is: nil where the question has none, or nobody has it.
    let impuOwner: IMPI?
    /// The S-CSCF that the requesting system asked for last.
    let servingCSCF: String?
}

/// That a question may be answered, and with whose keys.
struct Admission: Sendable {
    typealias Rule = @Sendable (Standing) throws(AuthFailure) -> Admission

    let credentials: Credentials
    let resynchronisation: SequenceNumberPolicy.Decision?

    /// The SEQ to go on from; nil for the stored one.
    var baseSEQ: UInt64? {
        if case .moved(let seq) = resynchronisation { seq } else { nil }
    }
}

/// Sequence numbers that are spent and on disk.
struct Allocation: Sendable {
    struct Request: Sendable {
        let impi: IMPI
        let impu: IMPU?
        let system: RequestingSystem
        let cscfServerName: String
        let count: Int
    }

    enum Outcome: Sendable {
        case allocated(Allocation)
        case refused(AuthFailure)
        /// SEQ is used up. It never wraps (TS 33.102 Annex C.2.1).
        case exhausted
    }

    let admission: Admission
    /// All public identities of the user, the default one first.
    let identities: [AssociatedIdentity]
    /// Lowest first.
    let sqns: [SQN]
}
