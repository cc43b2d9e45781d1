import AKA
import Base
import Foundation
import Testing
import Vectors

/// libosmocore's own implementation, from the Debian package libosmocore-utils.
private enum OsmoAucGen {
    static let path = "/usr/bin/osmo-auc-gen"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// Runs it and returns its `NAME:<tab>value` lines.
    static func run(_ arguments: [String]) throws -> [String: String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["-3", "-a", "milenage"] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let pairs = text.split(separator: "\n").compactMap { line -> (String, String)? in
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            return (String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces))
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}

@Suite(.enabled(if: OsmoAucGen.isInstalled, "osmo-auc-gen is not installed (Debian package libosmocore-utils)"))
struct OsmocomJudgeTests {
    private struct Case {
        let k, opc, amf: String
        let rand: RAND
        let sqn: SQN

        init(_ generator: inout SplitMix64) throws {
            k = hex(generator.next(), octets: 8) + hex(generator.next(), octets: 8)
            opc = hex(generator.next(), octets: 8) + hex(generator.next(), octets: 8)
            amf = hex(generator.next(), octets: 2)
            rand = try RAND(hex: hex(generator.next(), octets: 8) + hex(generator.next(), octets: 8))
            sqn = try SQN(generator.next() >> 16)
        }

        var arguments: [String] { ["-k", k, "-o", opc, "-f", amf, "-r", Hex.encode(rand.octets)] }

        func key() throws -> MilenageKey { MilenageKey(k: try K(hex: k), opc: try OPc(hex: opc)) }
    }

    @Test(arguments: 0..<50)
    func `an independent AuC makes the same vector`(seed: Int) throws {
        var generator = SplitMix64(seed: UInt64(seed))
        let subscriber = try Case(&generator)
        var milenage = try Milenage()
        let vector = try milenage.vector(
            key: subscriber.key(), amf: AMF(hex: subscriber.amf), sqn: subscriber.sqn, rand: subscriber.rand)
        let judged = try OsmoAucGen.run(subscriber.arguments + ["-s", "\(subscriber.sqn.value)"])
        #expect(judged["RAND"] == Hex.encode(vector.rand.octets))
        #expect(judged["AUTN"] == Hex.encode(vector.autn.octets))
        #expect(judged["RES"] == Hex.encode(vector.xres.octets))
        #expect(judged["CK"] == Hex.encode(vector.ck.octets))
        #expect(judged["IK"] == Hex.encode(vector.ik.octets))
        #expect(judged["IMS nonce"] == AKANonce(rand: vector.rand, autn: vector.autn).text)
    }

    @Test(arguments: 0..<20)
    func `an independent AuC reads our AUTS`(seed: Int) throws {
        var generator = SplitMix64(seed: UInt64(1_000 + seed))
        let subscriber = try Case(&generator)
        var milenage = try Milenage()
        let auts = try milenage.auts(sqnMS: subscriber.sqn, rand: subscriber.rand, key: subscriber.key())
        let judged = try OsmoAucGen.run(subscriber.arguments + ["-A", Hex.encode(auts.octets)])
        #expect(judged["SQN.MS"] == "\(subscriber.sqn.value)")
    }
}

/// Repeatable numbers, so that a failure can be run again.
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
