import SIP
import Testing

@testable import SipCoreStub

@Suite struct SharedBudgetTests {
    private func address(_ number: UInt8) -> SourceAddress { SourceAddress(.ipv4([192, 0, 2, number])) }

    @Test(arguments: [1, 2, 5, 100, 1_024]) func `one address gets about four fifths, and something in any case`(whole: Int) {
        var budget = SharedBudget(whole)
        let taken = (0..<2 * whole).count { _ in budget.take(1, for: address(1)) }
        #expect(taken >= max(1, whole * 4 / 5) && taken <= max(1, whole * 4 / 5 + 1))
    }

    @Test func `all together never get more than the whole, and each of a few gets something`() {
        var budget = SharedBudget(1_000)
        let shares = (UInt8(1)...4).map { number in (0..<2_000).count { _ in budget.take(1, for: address(number)) } }
        #expect(shares.allSatisfy { $0 > 0 } && shares.reduce(0, +) == budget.used && budget.used <= 1_000)
    }

    @Test func `what is given back can be taken again`() {
        var budget = SharedBudget(10)
        while budget.take(1, for: address(1)) {}
        let taken = budget.used
        budget.add(-taken, to: address(1))
        #expect(budget.used == 0)
        let takenAgain = (0..<taken).count { _ in budget.take(1, for: address(1)) }
        #expect(takenAgain == taken)
    }
}
