import AKA
import HTTPKit
import Nhss
import SQLiteStore
import Support
import Testing

@testable import AuthDB

@Suite struct KnownSubscribersTests {
    let laboratory: Laboratory
    let key: MilenageKey

    init() throws {
        laboratory = try Laboratory()
        key = try Canary.key()
    }

    @Test func `a neighbour whose change is undone neither repeats a number nor leaves a mark`() async throws {
        await laboratory.provision()
        await laboratory.provision("user2@primary.example")
        let contradiction = #"{"impus":["sip:user2@primary.example"],"sqn":"0000ffff0000"}"#
        let sqns = try await withThrowingTaskGroup(of: [SQN].self) { group in
            for number in 0..<400 {
                group.addTask {
                    if number % 4 == 0 {
                        let refused = await laboratory.admin(.put, "/\(Laboratory.user)", contradiction)
                        #expect(refused.status == .conflict)
                        return []
                    }
                    return try await laboratory.ask(visited: number % 3 == 0 ? "partner.example" : nil).map { try $0.sqn(key) }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(sqns.map(\.seq).sorted() == Array(1...300))
        #expect(Set(sqns.map(\.ind.value)) == [0, 16])
        #expect(try await laboratory.currentSQN().seq == 300)
    }

    @Test func `what an operator changes holds for the next question`() async throws {
        await laboratory.provision()
        _ = try await laboratory.ask()
        _ = await laboratory.admin(.put, "/\(Laboratory.user)", #"{"impus":["sip:new@primary.example"],"sqn":"000000000400"}"#)
        #expect(try await laboratory.ask(impu: "sip:new@primary.example").map { try $0.sqn(key).seq } == [33])
        #expect(try await laboratory.failure { try await laboratory.ask(impu: "sip:\(Laboratory.user)") } == .userNotFound)
        _ = await laboratory.admin(.put, "/\(Laboratory.user)", #"{"impus":["sip:new@primary.example"],"enabled":false}"#)
        #expect(try await laboratory.failure { try await laboratory.ask() } == .userNotFound)
        _ = await laboratory.admin(.delete, "/\(Laboratory.user)")
        #expect(try await laboratory.failure { try await laboratory.ask() } == .userNotFound)
        await laboratory.provision(sqn: "000000000800")
        #expect(try await laboratory.ask().map { try $0.sqn(key).seq } == [65])
    }

    @Test func `a database of the first version goes on from its numbers`() async throws {
        let directory = try TemporaryDirectory()
        let old = try Database.open(directory.file("authdb.sqlite"), migrations: Array(SQLiteSubscriberStore.migrations.prefix(1))) { _ in }
        try await old.write("provision") { connection throws(SQLiteError) in
            _ = try connection.execute(
                """
                INSERT INTO subscriber (impi, algorithm, k, opc, key_check_value, amf, sqn, enabled, created_at, updated_at)
                VALUES (?1, 'MILENAGE', ?2, ?3, '000000', ?4, 1024, 1, 1, 1)
                """, Laboratory.user, StoredKey(key.k), StoredKey(key.opc), Subscriber.usualAMF)
        }
        await old.close()
        let laboratory = try Laboratory(directory: directory)
        #expect(try await laboratory.currentSQN().value == 1024)
        #expect(try await laboratory.ask(number: 2).map { try $0.sqn(key).seq } == [33, 34])
        #expect(try await laboratory.currentSQN().seq == 34)
        await laboratory.database.close()
    }
}
