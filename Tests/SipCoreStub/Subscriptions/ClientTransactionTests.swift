import Base
import Testing

@testable import SipCoreStub

/// When a NOTIFY is sent again (RFC 3261 §17.1.2.2, Timers E and F).
@Suite struct ClientTransactionTests {
    private let start = Instant.now

    /// The seconds at which a request is sent again, and the one at which it is given up.
    private func times(_ transaction: ClientTransaction, provisionalAt: Double? = nil) -> (again: [Double], end: Double) {
        var transaction = transaction
        var again: [Double] = []
        var provisional = provisionalAt
        while true {
            let seconds = (transaction.due - start) / .seconds(1)
            if let time = provisional, time <= seconds {
                transaction.provisionalResponse()
                provisional = nil
            }
            switch transaction.step(at: transaction.due) {
            case .sendAgain: again.append(seconds)
            case .timedOut: return (again, seconds)
            case .notYet: return (again, -1)
            }
        }
    }

    @Test func `over UDP it is sent again after T1, then twice as late each time up to T2, and given up after 64 T1`() {
        let (again, end) = times(ClientTransaction(isReliable: false, SipCoreLimits(), at: start))
        #expect(again == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5] && end == 32)
    }

    @Test func `over a connection it is sent once`() {
        let (again, end) = times(ClientTransaction(isReliable: true, SipCoreLimits(), at: start))
        #expect(again == [] && end == 32)
    }

    @Test func `after a provisional response it is sent again every T2`() {
        let (again, end) = times(ClientTransaction(isReliable: false, SipCoreLimits(), at: start), provisionalAt: 0.1)
        #expect(again == [0.5, 4.5, 8.5, 12.5, 16.5, 20.5, 24.5, 28.5] && end == 32)
    }

    @Test func `before its time nothing is done`() {
        var transaction = ClientTransaction(isReliable: false, SipCoreLimits(), at: start)
        #expect(transaction.step(at: start + .milliseconds(499)) == .notYet)
        #expect(transaction.due == start + .milliseconds(500))
        #expect(transaction.step(at: start + .seconds(33)) == .timedOut)
    }
}
