import Foundation
import Support
import Testing

@testable import HTTPKit

/// The parsing cases of JSONTestSuite, used where the shared folder has them: named by MC_SHARED, else beside the package.
enum JSONSuite {
    static let folder = Checkout.shared.appending(path: "vectors/json")

    static let names: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".json") }.sorted()

    static func verdict(_ name: String, limits: JSONLimits = .standard) throws -> JSONError? {
        let text = [UInt8](try Data(contentsOf: folder.appending(path: name)))
        do throws(JSONError) {
            var reader = JSONReader(text, limits: limits)
            try reader.skip()
            try reader.finish()
            // The tree reads what the skipping reader accepts.
            _ = try JSONValue(text, limits: limits)
            return nil
        } catch { return error }
    }
}

@Suite(.enabled(if: !JSONSuite.names.isEmpty, "no vectors/json in \(JSONSuite.folder.path); set MC_SHARED"))
struct JSONSuiteTests {
    /// Valid by RFC 8259, refused by TS 29.501 §6.2 (duplicate names) or by a limit of ours.
    static let refusedOnPurpose: [String: JSONError.Code] = [
        "y_object_duplicated_key.json": .duplicateMember,
        "y_object_duplicated_key_and_value.json": .duplicateMember,
        "y_number_double_close_to_zero.json": .numberTooLong,
    ]

    /// RFC 8259 leaves these to the implementation; ours refuses each but this one.
    static let acceptedByChoice: Set = ["i_number_double_huge_neg_exp.json"]

    @Test(arguments: JSONSuite.names.filter { $0.hasPrefix("y_") })
    func `a text that must be accepted is`(name: String) throws {
        #expect(try JSONSuite.verdict(name)?.code == Self.refusedOnPurpose[name])
    }

    @Test(arguments: JSONSuite.names.filter { $0.hasPrefix("n_") })
    func `a text that must be refused is`(name: String) throws {
        #expect(try JSONSuite.verdict(name) != nil)
    }

    @Test(arguments: JSONSuite.names.filter { $0.hasPrefix("i_") })
    func `a text that may be either stays what it was`(name: String) throws {
        #expect((try JSONSuite.verdict(name) == nil) == Self.acceptedByChoice.contains(name))
    }

    @Test func `a number of many digits is refused for its length alone`() throws {
        var limits = JSONLimits.standard
        limits.numberDigitsMax = 100
        #expect(try JSONSuite.verdict("y_number_double_close_to_zero.json", limits: limits) == nil)
    }

    @Test func `the suite is whole`() {
        let counts = ["y_", "n_", "i_"].map { kind in JSONSuite.names.count { $0.hasPrefix(kind) } }
        #expect(counts == [95, 188, 35])
    }
}
