import Foundation
import Support
import Testing

/// A database that has been moved away looks like a new one: nobody may be told that a user is unknown because of it.
@Suite(.serialized) struct EmptyDatabaseTests {
    /// A service with a database, the question it is asked, and a record of its kind.
    enum Kind: String, CaseIterable, Sendable {
        case authdb
        case primaryMMS = "primary-mms"
        case partnerMMS = "partner-mms"

        var flags: [String] {
            switch self {
            case .authdb: ChainLaboratory.system(ChainLaboratory.primary) + ["--database", "records.sqlite"]
            case .primaryMMS:
                ["--system-id", ChainLaboratory.primary, "--insecure-peer-as", ChainLaboratory.partner, "--database", "records.sqlite"]
            case .partnerMMS: ChainLaboratory.system(ChainLaboratory.partner) + ["--database", "records.sqlite"]
            }
        }

        var record: (path: String, json: String) {
            switch self {
            case .authdb: ("subscribers/other@primary.example", ChainLaboratory.subscriber)
            case .primaryMMS: ("partner-systems/other.example", #"{"enabled":true,"certificateNames":[]}"#)
            case .partnerMMS: ("primary-systems/other.example", #"{"enabled":true,"apiRoots":["http://127.0.0.1:1"]}"#)
            }
        }

        /// What the user who is not provisioned gets once there is any record.
        var refusal: Int { self == .primaryMMS ? 403 : 404 }
    }

    private static let warning = "the database is new and empty"

    @Test(arguments: Kind.allCases)
    func `a service without records asks its callers to come again, says so, and is ready; the first record ends that`(kind: Kind) async throws {
        let directory = try TemporaryDirectory()
        let service = try await ServiceProcess(kind.rawValue, kind.flags, in: directory)
        #expect(service.log.contains(EmptyDatabaseTests.warning), "\(service.log)")
        let headers = directory.file("headers")
        let question = try Command.run(
            "/usr/bin/curl",
            [
                "-s", "-D", headers, "-H", "Content-Type: application/json", "-d",
                #"{"cscfServerName":"sip:s","sipAuthenticationScheme":"DIGEST-AKAV1-MD5"}"#,
                "\(service.api)/nhss-ims-ueau/v1/\(ChainLaboratory.away)/security-information/generate-sip-auth-data",
            ])
        #expect(question.output.contains(#""cause":"NF_CONGESTION""#), "\(question.output)")
        let head = try String(contentsOfFile: headers, encoding: .utf8).lowercased()
        #expect(head.contains(" 503") && head.contains("retry-after: 10"), "\(head)")
        let ready = try Curl.send("GET", "\(service.admin)/readyz?verbose")
        #expect(ready.status == 200 && ready.body.contains("[!]records warning: \(EmptyDatabaseTests.warning)"), "\(ready.body)")
        try Curl.put("\(service.admin)/admin/v1/\(kind.record.path)", kind.record.json)
        #expect(try ChainLaboratory.vectors(service.api).status == kind.refusal)
        #expect(try Curl.send("GET", "\(service.admin)/readyz?verbose").body.contains("[+]records ok"))
        #expect(service.stop() == 0)

        let again = try await ServiceProcess(kind.rawValue, kind.flags, in: directory)
        #expect(!again.log.contains(EmptyDatabaseTests.warning), "\(again.log)")
        #expect(try ChainLaboratory.vectors(again.api).status == kind.refusal)
        #expect(try Curl.send("DELETE", "\(again.admin)/admin/v1/\(kind.record.path)").status == 204)
        #expect(try ChainLaboratory.vectors(again.api).status == kind.refusal, "the last record has gone")
        #expect(again.stop() == 0)

        let emptied = try await ServiceProcess(kind.rawValue, kind.flags, in: directory)
        #expect(!emptied.log.contains(EmptyDatabaseTests.warning), "\(emptied.log)")
        #expect(try ChainLaboratory.vectors(emptied.api).status == kind.refusal, "a restart changes no answer")
        #expect(emptied.stop() == 0)
    }

    @Test func `a SIP core whose file was moved away says so, and serves`() async throws {
        let directory = try TemporaryDirectory()
        let flags = ChainLaboratory.core(ChainLaboratory.partner) + ["--sip-listen", "udp:127.0.0.1:0", "--database", "registrations.sqlite"]
        let core = try await ServiceProcess("sip-core-stub", flags, in: directory)
        let warning = "the database of the registrations is new"
        #expect(core.log.contains(warning), "\(core.log)")
        let ready = try Curl.send("GET", "\(core.admin)/readyz?verbose")
        #expect(ready.status == 200 && ready.body.contains("[!]records warning: \(warning)"), "\(ready.body)")
        #expect(core.stop() == 0)
    }

    @Test func `a file that is overwritten in place under a running service ends readiness, with a line in the log`() async throws {
        let directory = try TemporaryDirectory()
        let service = try await ServiceProcess(Kind.partnerMMS.rawValue, Kind.partnerMMS.flags, in: directory)
        try Curl.put("\(service.admin)/admin/v1/\(Kind.partnerMMS.record.path)", Kind.partnerMMS.record.json)
        #expect(try Curl.send("GET", "\(service.admin)/readyz").status == 200)
        _ = try Command.run("/bin/dd", ["if=/dev/urandom", "of=\(directory.file("records.sqlite"))", "bs=4096", "count=1", "conv=notrunc"])
        #expect(await eventually { (try? Curl.send("GET", "\(service.admin)/readyz"))?.status == 503 }, "\(service.log)")
        #expect(service.log.contains("records.sqlite was written to by somebody else"), "\(service.log)")
        _ = service.stop(SIGKILL)
    }

    @Test(arguments: Kind.allCases) func `a database that others may read ends the start with one line`(kind: Kind) async throws {
        let directory = try TemporaryDirectory()
        let service = try await ServiceProcess(kind.rawValue, kind.flags, in: directory)
        #expect(service.stop() == 0)
        for (name, mode) in [("records.sqlite", 0o644), ("records.sqlite", 0o640), ("records.sqlite-wal", 0o604)] {
            if !FileManager.default.fileExists(atPath: directory.file(name)) { try directory.write(name, "") }
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: directory.file(name))
            let command = try Command.run(
                "/usr/bin/timeout",
                ["10", ServiceProcess.binaries.appending(path: kind.rawValue).path(), "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]
                    + kind.flags, in: directory)
            #expect(command.status == 78)
            #expect(command.output == "\(kind.rawValue): --database: \(name) may be read or written by others than its owner\n")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: directory.file(name))
        }
    }

    @Test func `a file that is moved away or replaced under a running service ends readiness until it is back`() async throws {
        let directory = try TemporaryDirectory()
        let service = try await ServiceProcess(Kind.partnerMMS.rawValue, Kind.partnerMMS.flags, in: directory)
        func isReady() throws -> Bool { try Curl.send("GET", "\(service.admin)/readyz").status == 200 }
        #expect(await eventually { (try? isReady()) == true })
        for replacement in [nil, "another file"] {
            try FileManager.default.moveItem(atPath: directory.file("records.sqlite"), toPath: directory.file("away"))
            if let replacement { try directory.write("records.sqlite", replacement) }
            #expect(await eventually { (try? isReady()) == false }, "\(service.log)")
            let line = replacement == nil ? "was moved or deleted" : "is another file"
            #expect(try Curl.send("GET", "\(service.admin)/readyz").body.contains("[-]database failed: records.sqlite \(line)"))
            try? FileManager.default.removeItem(atPath: directory.file("records.sqlite"))
            try FileManager.default.moveItem(atPath: directory.file("away"), toPath: directory.file("records.sqlite"))
            #expect(await eventually { (try? isReady()) == true }, "\(service.log)")
        }
        #expect(service.stop() == 0)
    }

    @Test func `a UE is not refused for good because a database was moved away`() async throws {
        let laboratory = try await ChainLaboratory()
        #expect(laboratory.partnerMMS.stop() == 0)
        try FileManager.default.moveItem(
            atPath: laboratory.directory.file("partner.sqlite"), toPath: laboratory.directory.file("partner.sqlite.away"))
        let flags =
            ChainLaboratory.system(ChainLaboratory.partner) + ["--database", "partner.sqlite", "--listen", laboratory.partnerMMS.ready.listen]
        let empty = try await ServiceProcess("partner-mms", flags, in: laboratory.directory)
        let registration = try laboratory.register(more: ["--json"])
        #expect(registration.status != 0 && registration.output.contains("503") && !registration.output.contains("403"), "\(registration.output)")
        #expect(empty.stop() == 0)
        _ = laboratory.stop()
    }
}
