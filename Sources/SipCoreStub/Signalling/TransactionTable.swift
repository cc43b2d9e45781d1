internal import Base
internal import SIP

/// The REGISTER requests under way, and the answers of those that came over UDP, each for its whole time: Timer J, 32 seconds.
///
/// A new request never ends the time of another. Where there is no room for its answer it does not begin, because without its answer a
/// retransmission would be taken for another attempt, whose challenge was answered already.
///
/// Source: RFC 3261 §17.2.2.
struct TransactionTable: Sendable {
    enum State: Sendable, Equatable {
        case underWay
        case answered([UInt8])
    }

    private struct Transaction {
        let state: State
        let address: SourceAddress
        let bytes: Int
        /// Nil while the request is under way.
        let end: Instant?
    }

    private struct Ending {
        let key: ServerTransactionKey
        let end: Instant
    }

    private let time: Duration
    private let overheadBytes: Int
    private let answerBytes: Int
    private var underWay: SharedBudget
    private var bytes: SharedBudget
    private var transactions: [ServerTransactionKey: Transaction] = [:]
    /// The answered ones, in the order in which their time ends.
    private var endings: [Ending] = []
    private var firstEnding = 0

    init(_ limits: SipCoreLimits) {
        time = limits.transactionTime
        overheadBytes = limits.transactionOverheadBytes
        answerBytes = limits.transactionAnswerBytes
        underWay = SharedBudget(limits.registersInFlightMax)
        bytes = SharedBudget(limits.transactionsBytesMax)
    }

    var count: Int { transactions.count }

    /// - Returns: nil where there is no such transaction, or its time is over.
    func state(of key: ServerTransactionKey, at now: Instant) -> State? {
        guard let transaction = transactions[key] else { return nil }
        if let end = transaction.end, end <= now { return nil }
        return transaction.state
    }

    /// Begins a transaction that is not in the table.
    /// - Returns: false where there is no room for it.
    mutating func begin(_ key: ServerTransactionKey, from address: SourceAddress, at now: Instant) -> Bool {
        removeExpired(at: now)
        precondition(transactions[key] == nil)
        guard underWay.take(1, for: address) else { return false }
        guard bytes.take(overheadBytes + answerBytes, for: address) else {
            underWay.add(-1, to: address)
            return false
        }
        transactions[key] = Transaction(state: .underWay, address: address, bytes: overheadBytes + answerBytes, end: nil)
        return true
    }

    /// Ends a transaction that is under way.
    /// - Parameter answer: nil where there is nothing to send again: then the transaction is over.
    mutating func end(_ key: ServerTransactionKey, keeping answer: [UInt8]?, at now: Instant) {
        guard let begun = transactions.removeValue(forKey: key), begun.end == nil else { return }
        underWay.add(-1, to: begun.address)
        guard let answer else { return bytes.add(-begun.bytes, to: begun.address) }
        let end = now + time
        let size = overheadBytes + answer.count
        bytes.add(size - begun.bytes, to: begun.address)
        transactions[key] = Transaction(state: .answered(answer), address: begun.address, bytes: size, end: end)
        endings.append(Ending(key: key, end: end))
    }

    mutating func removeExpired(at now: Instant) {
        while firstEnding < endings.count, endings[firstEnding].end <= now {
            let ending = endings[firstEnding]
            firstEnding += 1
            guard let transaction = transactions.removeValue(forKey: ending.key) else { continue }
            bytes.add(-transaction.bytes, to: transaction.address)
        }
        // Each ending is moved once on average.
        guard firstEnding > endings.count / 2 else { return }
        endings.removeFirst(firstEnding)
        firstEnding = 0
    }
}
