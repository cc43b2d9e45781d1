import Base
import Foundation
import Support
import Testing

/// What a program leaves behind when it crashes while the environment asks for Swift's crash report, and the shell for a core file.
@Suite(.serialized) struct CrashTests {
    /// The key of a subscriber, which must be found nowhere but in the database.
    private static let canary = "c0ffee11decafbad5eedfacefeedbead"
    private static let report = ["SWIFT_BACKTRACE": "enable=yes,color=no,threads=all,registers=all,images=all,limit=none,interactive=no"]
    /// The signals that Swift's runtime makes its crash report of, and SIGSYS, which dumps core as they do.
    private static let signals = [SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGQUIT, SIGSYS]

    @Test(arguments: signals)
    func `AuthDB that crashes after it has issued vectors ends at once, and no key is left anywhere`(signal: Int32)
        async throws
    {
        let directory = try TemporaryDirectory()
        let system = ChainLaboratory.system(ChainLaboratory.primary)
        let authDB = try ProgramRun(
            "authdb", system + ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--database", "authdb.sqlite"],
            environment: CrashTests.report, allowsCore: true, in: directory)
        #expect(await eventually { authDB.ready != nil }, "\(authDB.errorText)")
        let ready = try #require(authDB.ready)
        let keys = #""k":"\#(CrashTests.canary)","opc":"\#(CrashTests.canary)""#
        try Curl.put(
            "http://\(ready.admin)/admin/v1/subscribers/\(ChainLaboratory.home)",
            #"{"impus":["sip:\#(ChainLaboratory.home)"],"algorithm":"MILENAGE",\#(keys),"enabled":true}"#)
        let impu = "sip:\(ChainLaboratory.home)"
        #expect(try ChainLaboratory.vectors("http://\(ready.listen)", ChainLaboratory.home, impu: impu, count: 5).status == 200)
        #expect(authDB.end(signal) == signal)
        #expect(CrashTests.isLogAlone(authDB.errorText), "no report is written: \(authDB.errorText)")
        try CrashTests.expectNothing(of: CrashTests.canary, in: directory)
    }

    /// Whether text holds lines of a log and nothing else: each line of a log is a JSON object, which no line of a report is.
    private static func isLogAlone(_ text: String) -> Bool { text.split(separator: "\n").allSatisfy { $0.hasPrefix("{\"") } }

    @Test(arguments: ["primary-mms", "partner-mms", "sip-core-stub"]) func `every service ends without a report`(name: String) async throws {
        let directory = try TemporaryDirectory()
        let own: [String]
        switch name {
        case "primary-mms": own = ["--database", "a.sqlite", "--sip-database", "http://127.0.0.1:1"]
        case "partner-mms": own = ["--database", "a.sqlite"]
        default: own = ["--database", "none", "--sip-listen", "udp:127.0.0.1:0", "--authentication-source", "http://127.0.0.1:1"]
        }
        let service = try ProgramRun(
            name, ChainLaboratory.system(ChainLaboratory.primary) + ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"] + own,
            environment: CrashTests.report, allowsCore: true, in: directory)
        #expect(await eventually { service.ready != nil }, "\(service.errorText)")
        #expect(service.end(SIGSEGV) == SIGSEGV)
        #expect(CrashTests.isLogAlone(service.errorText), "no report is written: \(service.errorText)")
        #expect(try CrashTests.files(in: directory).allSatisfy { !$0.lastPathComponent.hasPrefix("core") })
    }

    @Test(arguments: [SIGSEGV, SIGABRT]) func `the UE that crashes with its ISIM in memory leaves nothing of the key`(signal: Int32) async throws {
        let directory = try TemporaryDirectory()
        let server = try SilentServer(.udp)
        let isim = try directory.write("isim.json", #"{"k":"\#(CrashTests.canary)","opc":"\#(CrashTests.canary)","sqn":"000000000000"}"#)
        let ue = try ProgramRun(
            "mc-ue",
            ["register", "--server", "udp:127.0.0.1:\(server.port)", "--impi", ChainLaboratory.away, "--impu", "sip:\(ChainLaboratory.away)"]
                + ["--isim", isim], environment: CrashTests.report, allowsCore: true, in: directory)
        #expect(server.waitForCaller(), "\(ue.errorText)")
        let before = ue.errorText
        #expect(ue.end(signal) == signal)
        #expect(ue.errorText == before)
        try CrashTests.expectNothing(of: CrashTests.canary, in: directory)
    }

    @Test func `the operator's tool ends without a report`() async throws {
        let directory = try TemporaryDirectory()
        let server = try SilentServer(.tcp)
        let tool = try ProgramRun(
            "mmsctl", ["health", "--admin", "127.0.0.1:\(server.port)"], environment: CrashTests.report, allowsCore: true, in: directory)
        #expect(server.waitForCaller(), "\(tool.errorText)")
        #expect(tool.end(SIGSEGV) == SIGSEGV)
        #expect(tool.errorText.isEmpty, "\(tool.errorText)")
        #expect(try CrashTests.files(in: directory).allSatisfy { !$0.lastPathComponent.hasPrefix("core") })
    }

    private static func files(in directory: TemporaryDirectory) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: directory.url, includingPropertiesForKeys: nil)
    }

    /// Looks for a key as octets, and as digits in the forms in which a crash report shows memory. The database and the file of the ISIM may have it.
    private static func expectNothing(of key: String, in directory: TemporaryDirectory) throws {
        let octets = stride(from: 0, to: key.count, by: 2).compactMap { UInt8(key.dropFirst($0).prefix(2), radix: 16) }
        let pairs = octets.map { (($0 < 16 ? "0" : "") + String($0, radix: 16)) }
        let reversed = pairs.reversed().joined()
        let needles = [octets, Array(key.utf8), Array(pairs.joined(separator: " ").utf8), Array(reversed.utf8), Array(key.prefix(16).utf8)]
        for file in try files(in: directory) where !file.lastPathComponent.contains("sqlite") && file.lastPathComponent != "isim.json" {
            #expect(!file.lastPathComponent.hasPrefix("core"), "a core file")
            let bytes = try Data(contentsOf: file)
            for needle in needles { #expect(bytes.range(of: Data(needle)) == nil, "\(file.lastPathComponent) holds a part of the key") }
        }
    }
}
