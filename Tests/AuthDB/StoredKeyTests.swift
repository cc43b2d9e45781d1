import AKA
import Nhss
import SQLiteStore
import Store
import Support
import Testing
import Vectors

@testable import AuthDB

/// What of keys lies in the columns.
@Suite struct StoredKeyTests {
    @Test func `a key comes back from its column as it went in`() throws {
        let key = try Canary.key()
        let stored = try #require(StoredKey(sqlCell: StoredKey(key.k).sqlCell))
        #expect(try stored.key(K.self) == key.k)
        #expect(StoredKeyMaterial(.milenage(key)).algorithm == .milenage)
        #expect(try StoredKeyMaterial(.milenage(key)).material() == .milenage(key))
    }

    @Test func `a column that holds no key is refused`() throws {
        #expect(StoredKey(sqlCell: .text(Canary.k)) == nil)
        let short = try #require(StoredKey(sqlCell: .blob([1, 2, 3])))
        #expect(throws: MalformedOctets.self) { try short.key(K.self) }
        #expect(AuthenticationAlgorithm(sqlCell: .text("TUAK")) == nil)
    }

    @Test func `the column takes every algorithm of this program and no other`() async throws {
        let directory = try TemporaryDirectory()
        let database = try Database.open(directory.file("a.sqlite"), migrations: SQLiteSubscriberStore.migrations) { _ in }
        let key = try Canary.key()
        func insert(_ algorithm: String) async throws(StoreFailure) -> Bool {
            try await database.write("insert", outcomeOfBrokenRule: { $0.code == .constraintCheck ? false : nil }) { connection throws(SQLiteError) in
                try connection.execute(
                    """
                    INSERT INTO subscriber (impi, algorithm, k, opc, key_check_value, amf, enabled, created_at, updated_at)
                    VALUES (?1, ?1, ?2, ?3, '000000', ?4, 1, 1, 1)
                    """, algorithm, StoredKey(key.k), StoredKey(key.opc), Subscriber.usualAMF)
                return true
            }
        }
        for algorithm in AuthenticationAlgorithm.allCases { #expect(try await insert(algorithm.rawValue), "\(algorithm)") }
        #expect(try await insert("ROT13") == false)
        await database.close()
    }
}
