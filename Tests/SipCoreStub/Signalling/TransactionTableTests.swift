import Base
import SIP
import Testing

@testable import SipCoreStub

@Suite struct TransactionTableTests {
    private let start = Instant.now
    private let one = SourceAddress(.ipv4([192, 0, 2, 1]))
    private let two = SourceAddress(.ipv4([192, 0, 2, 2]))
    private let answer = [UInt8](repeating: 65, count: 100)

    private func key(_ number: Int) throws -> ServerTransactionKey {
        let text = SIPServerLaboratory.register("UDP 192.0.2.1;branch=z9hG4bK\(number)")
        guard case .request(let request) = try SIPParser.parse(datagram: Array(text.utf8)) else {
            throw SIPParseError(.badStartLine, "", at: .startLine)
        }
        return ServerTransactionKey(request)
    }

    /// A table with room for a number of answers of 100 bytes.
    private func table(answers: Int = 1_000, underWay: Int = 1_000) -> TransactionTable {
        var limits = SipCoreLimits()
        limits.transactionAnswerBytes = 100
        limits.transactionsBytesMax = answers * (limits.transactionOverheadBytes + 100)
        limits.registersInFlightMax = underWay
        return TransactionTable(limits)
    }

    @Test func `an answer is there for 32 seconds from when it was given`() throws {
        var table = table()
        let key = try key(1)
        let hasBegun = table.begin(key, from: one, at: start)
        #expect(hasBegun && table.state(of: key, at: start + .seconds(40)) == .underWay)
        table.end(key, keeping: answer, at: start + .seconds(40))
        #expect(table.state(of: key, at: start + .seconds(71.9)) == .answered(answer))
        #expect(table.state(of: key, at: start + .seconds(72)) == nil)
        let hasBegunAnew = table.begin(key, from: one, at: start + .seconds(72))
        #expect(hasBegunAnew && table.state(of: key, at: start + .seconds(72)) == .underWay)
    }

    @Test func `no number of new requests ends the time of an old one`() throws {
        var table = table(answers: 20)
        var begun: [ServerTransactionKey] = []
        for number in 0..<200 {
            let key = try key(number)
            guard table.begin(key, from: number.isMultiple(of: 2) ? one : two, at: start) else { continue }
            table.end(key, keeping: answer, at: start)
            begun.append(key)
        }
        #expect((16...20).contains(begun.count))
        #expect(begun.allSatisfy { table.state(of: $0, at: start + .seconds(31.9)) == .answered(answer) })
        table.removeExpired(at: start + .seconds(32))
        #expect(table.count == 0)
        let hasBegunAnew = table.begin(begun[0], from: one, at: start + .seconds(32))
        #expect(hasBegunAnew)
    }

    @Test func `the greediest address leaves room for the others`() throws {
        var table = table(answers: 100)
        let taken = try (0..<200).count { table.begin(try key($0), from: one, at: start) }
        #expect((79...82).contains(taken))
        let takenByOther = try (200..<210).count { table.begin(try key($0), from: two, at: start) }
        #expect(takenByOther == 10)
    }

    @Test func `the bound of requests under way is shared as well`() throws {
        var table = table(underWay: 10)
        let taken = try (0..<20).count { table.begin(try key($0), from: one, at: start) }
        #expect((8...9).contains(taken))
        let hasRoomForOther = table.begin(try key(20), from: two, at: start)
        #expect(hasRoomForOther)
        table.end(try key(0), keeping: nil, at: start)
        #expect(table.state(of: try key(0), at: start) == nil)
        #expect(table.count == taken)
    }

    @Test func `an answer counts for its own size, and for nothing after its time`() throws {
        var table = table(answers: 10)
        let large = try key(1)
        let hasBegun = table.begin(large, from: one, at: start)
        #expect(hasBegun)
        table.end(large, keeping: [UInt8](repeating: 65, count: 5_000), at: start)
        let beside = try (2..<20).count { table.begin(try key($0), from: two, at: start) }
        #expect(beside == 2)
        let afterwards = try (20..<40).count { table.begin(try key($0), from: SourceAddress(.ipv4([192, 0, 2, 3])), at: start + .seconds(32)) }
        #expect(afterwards > 2)
    }
}
