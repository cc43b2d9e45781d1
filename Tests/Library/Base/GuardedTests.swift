import Base
import Testing

@Suite struct GuardedTests {
    @Test func `changes of many tasks at once are all kept`() async {
        let count = Guarded(0)
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<1_000 { count.withLock { $0 += 1 } } }
            }
        }
        #expect(count.withLock { $0 } == 8_000)
    }

    @Test func `what was changed before an error stays, and the lock is free again`() {
        let names = Guarded(["one"])
        #expect(throws: Refused.self) {
            try names.withLock { (names) throws(Refused) in
                names.append("two")
                throw Refused()
            }
        }
        #expect(names.withLock { $0 } == ["one", "two"])
    }

    @Test func `a value that cannot be copied is lent, and ends with its lock`() {
        let uses = Guarded(0)
        do {
            let only = Guarded(Only(uses: uses))
            only.withLock { $0.use() }
            #expect(uses.withLock { $0 } == 1)
        }
        #expect(uses.withLock { $0 } == 0)
    }
}

/// Counts its uses, and forgets them at its end.
private struct Only: ~Copyable, Sendable {
    let uses: Guarded<Int>

    mutating func use() { uses.withLock { $0 += 1 } }

    deinit { uses.withLock { $0 = 0 } }
}

private struct Refused: Error {}
