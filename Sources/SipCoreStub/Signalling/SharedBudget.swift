/// A bounded quantity that addresses share.
///
/// An address goes on taking while it has no more than four times as much as is left for all. So the greediest leaves a fifth of the whole to the
/// others, and the next greedy one a fifth of that. While little is in use nobody notices.
struct SharedBudget: Sendable {
    private let whole: Int
    private(set) var used = 0
    private var shares: [SourceAddress: Int] = [:]

    private static let shareOfRest = 4

    init(_ whole: Int) {
        precondition(whole > 0)
        self.whole = whole
    }

    /// - Returns: false where there is not so much left for this address. Then nothing has changed.
    mutating func take(_ amount: Int, for address: SourceAddress) -> Bool {
        let rest = whole - used - amount
        guard rest >= 0, shares[address, default: 0] <= SharedBudget.shareOfRest * rest else { return false }
        add(amount, to: address)
        return true
    }

    /// Changes what an address has, whatever is left. A negative amount gives back.
    mutating func add(_ amount: Int, to address: SourceAddress) {
        used += amount
        let share = shares[address, default: 0] + amount
        shares[address] = share == 0 ? nil : share
    }
}
