import Base
import Testing

@testable import SipCoreStub

@Suite struct ExpiringTableTests {
    private let start = Instant.now

    @Test func `a value is there until its time is over`() {
        var table = ExpiringTable<Int, String>(timeToLive: .seconds(10), countMax: 4)
        table.insert("a", for: 1, at: start)
        #expect(table.value(for: 1, at: start + .seconds(9)) == "a")
        #expect(table.value(for: 1, at: start + .seconds(10)) == nil)
        table.removeExpired(at: start + .seconds(10))
        #expect(table.count == 0)
    }

    @Test func `when it is full the oldest gives way`() {
        var table = ExpiringTable<Int, Int>(timeToLive: .seconds(10), countMax: 3)
        for number in 0..<5 { table.insert(number, for: number, at: start) }
        #expect((0..<5).map { table.value(for: $0, at: start) } == [nil, nil, 2, 3, 4])
    }

    @Test func `a value that is replaced lives anew and is no longer the oldest`() {
        var table = ExpiringTable<Int, Int>(timeToLive: .seconds(10), countMax: 2)
        table.insert(1, for: 1, at: start)
        table.insert(2, for: 2, at: start)
        table.insert(3, for: 1, at: start + .seconds(5))
        table.insert(4, for: 4, at: start + .seconds(5))
        #expect(table.value(for: 2, at: start + .seconds(5)) == nil)
        #expect(table.value(for: 1, at: start + .seconds(14)) == 3)
    }

    @Test func `replacing one value a thousand times keeps no more than a few tickets and one value`() {
        var table = ExpiringTable<Int, Int>(timeToLive: .seconds(10), countMax: 2)
        for number in 0..<1_000 { table.insert(number, for: 1, at: start) }
        #expect(table.count == 1)
        #expect(table.value(for: 1, at: start) == 999)
    }
}
