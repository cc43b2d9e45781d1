import Base
import Support
import Synchronization
import Testing

@testable import SQLiteStore

@Suite struct DatabaseTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func `a thousand writers at once get a thousand numbers, and all are there afterwards`() async throws {
        let database = try openDatabase(directory)
        let values = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<1000 { group.addTask { try await database.add(1) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(values.sorted() == Array(1...1000))
        await database.close()
        let again = try openDatabase(directory)
        #expect(try await again.value() == 1000)
        #expect(try await again.add(1) == 1001)
        await again.close()
    }

    @Test func `one writer's numbers only go up`() async throws {
        let database = try openDatabase(directory)
        for expected in 1...100 { #expect(try await database.add(1) == expected) }
        await database.close()
    }

    @Test func `writes that arrive during a commit share the next one`() async throws {
        let gate = Gate()
        let database = try openDatabase(directory, policy: gate.policy)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await database.add(1) }
            await gate.isReached()
            for _ in 0..<100 { group.addTask { _ = try await database.add(1) } }
            await database.waits(for: 100)
            gate.open()
            try await group.waitForAll()
        }
        #expect(gate.commits == 2)
        #expect(try await database.value() == 101)
        await database.close()
    }

    @Test func `a batch is bounded`() async throws {
        let gate = Gate()
        var limits = DatabaseLimits.standard
        limits.batchCallsMax = 10
        let database = try openDatabase(directory, limits: limits, policy: gate.policy)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await database.add(1) }
            await gate.isReached()
            for _ in 0..<25 { group.addTask { _ = try await database.add(1) } }
            await database.waits(for: 25)
            gate.open()
            try await group.waitForAll()
        }
        #expect(gate.commits == 4)
        await database.close()
    }

    @Test func `a call too many is refused`() async throws {
        let gate = Gate()
        var limits = DatabaseLimits.standard
        limits.queuedCallsMax = 3
        let database = try openDatabase(directory, limits: limits, policy: gate.policy)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await database.add(1) }
            await gate.isReached()
            for _ in 0..<3 { group.addTask { _ = try await database.add(1) } }
            await database.waits(for: 3)
            await #expect(throws: SQLiteError(.overloaded, "")) { try await database.add(1) }
            gate.open()
            try await group.waitForAll()
        }
        #expect(try await database.value() == 4)
        await database.close()
    }

    @Test func `nobody is told, and nothing is on disk, before the commit`() async throws {
        let gate = Gate(holding: 2)
        let isTold = Atomic(false)
        let database = try openDatabase(directory, policy: gate.policy)
        _ = try await database.add(1)
        async let second: Void = {
            _ = try await database.add(1)
            isTold.store(true, ordering: .sequentiallyConsistent)
        }()
        await gate.isReached()
        let wasToldEarly = isTold.load(ordering: .sequentiallyConsistent)
        #expect(!wasToldEarly)
        let left = try directory.copy()
        let cut = try openDatabase(left)
        #expect(try await cut.value() == 1)
        await cut.close()
        gate.open()
        try await second
        let leftLater = try directory.copy()
        let cutLater = try openDatabase(leftLater)
        #expect(try await cutLater.value() == 2)
        await cutLater.close()
        await database.close()
    }

    @Test func `a read sees what is on disk, not the writes that came with it`() async throws {
        let gate = Gate()
        let database = try openDatabase(directory, policy: gate.policy)
        async let first = database.add(1)
        await gate.isReached()
        async let second = database.add(1)
        await database.waits(for: 1)
        async let seen = database.value()
        await database.waits(for: 2)
        gate.open()
        #expect(try await seen == 1)
        #expect(try await first == 1)
        #expect(try await second == 2)
        #expect(try await database.value() == 2)
        await database.close()
    }

    @Test func `a read cannot write`() async throws {
        let database = try openDatabase(directory)
        let refused = await error { () throws(SQLiteError) in
            try await database.reading("cheat") { connection throws(SQLiteError) in
                _ = try connection.execute("DELETE FROM counter")
            }
        }
        #expect(refused == SQLiteError(.misuse, ""))
        #expect(try await database.value() == 0)
        #expect(try await database.add(1) == 1)
        await database.close()
    }

    @Test func `a body that fails does not undo its neighbours`() async throws {
        let gate = Gate()
        let database = try openDatabase(directory, policy: gate.policy)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await database.add(1) }
            await gate.isReached()
            for number in 0..<30 {
                group.addTask {
                    let failure = await error { () throws(SQLiteError) in try await addAndFail(database, number) }
                    #expect(failure == (number % 3 == 0 ? SQLiteError(.constraintUnique, "") : nil))
                }
            }
            await database.waits(for: 30)
            gate.open()
            try await group.waitForAll()
        }
        #expect(gate.commits == 2)
        #expect(try await database.value() == 21)
        await database.close()
    }

    @Test func `a body can tell when something was undone since`() async throws {
        let database = try openDatabase(directory)
        func undone() async throws(SQLiteError) -> Int {
            try await database.writing("ask") { connection throws(SQLiteError) in connection.undoCount }
        }
        let before = try await undone()
        #expect(try await database.add(1) == 1)
        #expect(try await database.value() == 1)
        #expect(try await undone() == before)
        await #expect(throws: SQLiteError(.constraintUnique, "")) { try await addAndFail(database, 0) }
        #expect(try await undone() > before)
        await database.close()
    }

    /// Adds one, and in one of three cases breaks a rule after that.
    private func addAndFail(_ database: Database, _ number: Int) async throws(SQLiteError) {
        try await database.writing("add and fail") { connection throws(SQLiteError) in
            try connection.execute("UPDATE counter SET value = value + 1 WHERE name = 'a'")
            if number % 3 == 0 { try connection.execute("INSERT INTO counter VALUES ('a', 0)") }
        }
    }

    @Test func `a reference left open fails its body alone`() async throws {
        let gate = Gate()
        let database = try openDatabase(directory, policy: gate.policy)
        async let first = database.add(1)
        await gate.isReached()
        async let second = database.add(1)
        async let failure = error { () throws(SQLiteError) in
            try await database.writing("dangle") { connection throws(SQLiteError) in
                _ = try connection.execute("INSERT INTO child VALUES ('a', 'nobody')")
            }
        }
        await database.waits(for: 2)
        gate.open()
        #expect(await failure == SQLiteError(.constraintForeignKey, ""))
        #expect(try await first + second == 3)
        await database.close()
    }

    @Test func `closing serves what waits and refuses what comes later`() async throws {
        let gate = Gate()
        let database = try openDatabase(directory, policy: gate.policy)
        async let first = database.add(1)
        await gate.isReached()
        async let second = database.add(1)
        await database.waits(for: 1)
        async let closed: Void = database.close()
        gate.open()
        #expect(try await first + second == 3)
        await closed
        await #expect(throws: SQLiteError(.closed, "")) { try await database.add(1) }
        await database.close()
    }

    @Test func `a long log is copied back and starts again`() async throws {
        let database = try openDatabase(directory)
        for _ in 0..<40 {
            try await database.writing("grow") { connection throws(SQLiteError) in
                for _ in 0..<10 {
                    try connection.execute("INSERT INTO thing (blob) VALUES (?1)", [UInt8](repeating: 1, count: 40_000))
                }
            }
        }
        let log = try size(of: directory.file("test.sqlite-wal"))
        #expect(log < 8 << 20)
        #expect(try size(of: directory.file("test.sqlite")) > 10 << 20)
        await database.close()
    }

    @Test func `a database that is dropped without closing lets go of its file`() async throws {
        do {
            let database = try openDatabase(directory)
            _ = try await database.add(1)
        }
        let deadline = Instant.now + .seconds(10)
        while Instant.now < deadline {
            if let again = try? openDatabase(directory) {
                #expect(try await again.value() == 1)
                return await again.close()
            }
            await Task.yield()
        }
        Issue.record("the file is still held")
    }

    @Test func `who keeps what was read is told of a write before its caller, in the order of the commits, and of one that failed`() async throws {
        let database = try openDatabase(directory)
        let told = Mutex<[Int]>([])
        for number in 1...3 {
            let wrote = try? await database.writing("count", ended: { told.withLock { $0.append(number) } }) { connection throws(SQLiteError) in
                if number == 2 { throw SQLiteError(.misuse, "on purpose") }
                return try connection.execute("UPDATE counter SET value = ?1 WHERE name = 'a'", number)
            }
            #expect((wrote != nil) == (number != 2))
            #expect(told.withLock { $0 } == Array(1...number))
        }
        await database.close()
    }
}
