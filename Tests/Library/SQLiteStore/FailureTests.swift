import Base
import Foundation
import Support
import Testing

@testable import SQLiteStore

func size(of path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
}

@Suite struct FailureTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func `when a commit fails everybody gets the error and the database stops`() async throws {
        let fatal = Guarded<[SQLiteError]>([])
        let gate = Gate()
        let policy = CommitPolicy { number throws(SQLiteError) in
            try gate.policy.beforeCommit?(number)
            if number == 2 { throw SQLiteError(.ioError, "the sync failed") }
        }
        let database = try Database(path: directory.file("test.sqlite"), migrations: schema, policy: policy) { error in
            fatal.withLock { $0.append(error) }
        }
        let failures = try await withThrowingTaskGroup(of: SQLiteError?.self) { group in
            async let first = database.add(1)
            await gate.isReached()
            for _ in 0..<50 {
                group.addTask { await error { () throws(SQLiteError) in _ = try await database.add(1) } }
            }
            await database.waits(for: 50)
            gate.open()
            #expect(try await first == 1)
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(failures == Array(repeating: SQLiteError(.ioError, ""), count: 50))
        await #expect(throws: SQLiteError(.failed, "")) { try await database.add(1) }
        await #expect(throws: SQLiteError(.failed, "")) { try await database.value() }
        await database.close()
        #expect(fatal.withLock { $0 } == [SQLiteError(.ioError, "")])
        #expect(database.error == SQLiteError(.ioError, ""))

        let left = try directory.copy()
        let restarted = try openDatabase(left)
        #expect(try await restarted.value() == 1)
        await restarted.close()
    }

    @Test func `calls that wait behind a failed commit get its error too`() async throws {
        let gate = Gate()
        var limits = DatabaseLimits.standard
        limits.batchCallsMax = 1
        let policy = CommitPolicy { number throws(SQLiteError) in
            try gate.policy.beforeCommit?(number)
            throw SQLiteError(.ioError, "the sync failed")
        }
        let database = try Database(path: directory.file("test.sqlite"), migrations: schema, limits: limits, policy: policy) { _ in }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    await #expect(throws: SQLiteError(.ioError, "")) { try await database.add(1) }
                }
            }
            await gate.isReached()
            await database.waits(for: 9)
            gate.open()
            try await group.waitForAll()
        }
        await database.close()
    }

    @Test func `a disk that is full at the commit stops the database unless it is told otherwise`() async throws {
        let full = SQLiteError(.full, "no space")
        let stopping = try Database(
            path: directory.file("one"), migrations: schema, policy: CommitPolicy { _ throws(SQLiteError) in throw full }
        ) { _ in }
        await #expect(throws: full) { try await stopping.add(1) }
        await #expect(throws: SQLiteError(.failed, "")) { try await stopping.add(1) }
        await stopping.close()

        let policy = CommitPolicy(diskFull: .refusesBatch) { number throws(SQLiteError) in if number == 1 { throw full } }
        let refusing = try openDatabase(directory, policy: policy)
        await #expect(throws: full) { try await refusing.add(1) }
        #expect(try await refusing.value() == 0)
        #expect(try await refusing.add(1) == 1)
        await refusing.close()
    }

    @Test func `a body that finds the database full gets an error, and the next one is served`() async throws {
        let database = try openDatabase(directory)
        let failure = await error { () throws(SQLiteError) in
            try await database.writing("fill") { connection throws(SQLiteError) in
                _ = try connection.row("PRAGMA max_page_count = 1") { _ throws(SQLiteError) in }
                for _ in 0..<100 {
                    try connection.execute("INSERT INTO thing (blob) VALUES (?1)", [UInt8](repeating: 1, count: 40_000))
                }
            }
        }
        #expect(failure == SQLiteError(.full, ""))
        #expect(try await database.add(1) == 1)
        await database.close()
    }

    @Test func `those in a batch that a full disk takes down are not told that they are stored`() async throws {
        let gate = Gate()
        let database = try openDatabase(directory, policy: gate.policy)
        async let first = database.add(1)
        await gate.isReached()
        let outcomes = try await withThrowingTaskGroup(of: (Bool, SQLiteError?).self) { group in
            for _ in 0..<5 {
                group.addTask { (false, await error { () throws(SQLiteError) in _ = try await database.add(1) }) }
            }
            group.addTask {
                let failure = await error { () throws(SQLiteError) in
                    try await database.writing("fill") { connection throws(SQLiteError) in
                        _ = try connection.row("PRAGMA max_page_count = 1") { _ throws(SQLiteError) in }
                        try connection.execute("INSERT INTO thing (blob) VALUES (?1)", [UInt8](repeating: 1, count: 400_000))
                    }
                }
                return (true, failure)
            }
            await database.waits(for: 6)
            gate.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(try await first == 1)
        #expect(outcomes.first { $0.0 }?.1 == SQLiteError(.full, ""))
        let stored = outcomes.count { !$0.0 && $0.1 == nil }
        #expect(try await database.value() == 1 + stored)
        await database.close()
    }

    @Test func `a body that ends the transaction is found out`() async throws {
        let database = try openDatabase(directory)
        let failure = await error { () throws(SQLiteError) in
            try await database.writing("cheat") { connection throws(SQLiteError) in _ = try connection.execute("COMMIT") }
        }
        #expect(failure == SQLiteError(.misuse, ""))
        #expect(try await database.add(1) == 1)
        await database.close()
    }
}
