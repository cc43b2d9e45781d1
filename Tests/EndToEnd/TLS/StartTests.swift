import Base
import Foundation
import PKI
import Support
import Testing

/// A start that cannot work ends within a second, with one line that names the flag.
@Suite(.serialized) struct StartTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let what: String
        let flag: String
        /// Makes the mistake in the flags, or in the files that they name.
        let make: @Sendable (TLSLaboratory, inout [String]) throws -> Void
        var testDescription: String { what }

        init(_ what: String, _ flag: String, _ make: @escaping @Sendable (TLSLaboratory, inout [String]) throws -> Void) {
            self.what = what
            self.flag = flag
            self.make = make
        }

        static func without(_ flag: String) -> Mistake {
            Mistake("no --\(flag)", flag) { (_, flags) in
                if let position = flags.firstIndex(of: "--\(flag)") { flags.removeSubrange(position...position + 1) }
            }
        }

        static func file(_ what: String, _ flag: String, _ name: String, _ contents: String?) -> Mistake {
            Mistake(what, flag) { (laboratory, _) in
                let path = URL(filePath: laboratory.file(name))
                if let contents { try Data(contents.utf8).write(to: path) } else { try FileManager.default.removeItem(at: path) }
            }
        }

        static func openKey(_ mode: Int) -> Mistake {
            Mistake("a key of mode 0\(String(mode, radix: 8))", "tls-key") { (laboratory, _) in
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: laboratory.file("service.key"))
            }
        }

        static let all = [
            without("tls-certificate"), without("tls-key"), without("tls-ca"),
            file("a missing certificate", "tls-certificate", "service.crt", nil), file("a missing key", "tls-key", "service.key", nil),
            file("a missing CA", "tls-ca", "service.ca", nil), file("a missing revocation list", "tls-crl", "service.crl", nil),
            file("an empty certificate", "tls-certificate", "service.crt", ""), file("an empty key", "tls-key", "service.key", ""),
            file("an empty CA", "tls-ca", "service.ca", ""), file("an empty revocation list", "tls-crl", "service.crl", ""),
            file("a certificate that is none", "tls-certificate", "service.crt", "garbage\n"),
            Mistake("the key of another certificate", "tls-key") { (laboratory, _) in
                try Data(contentsOf: URL(filePath: laboratory.good.key)).write(to: URL(filePath: laboratory.file("service.key")))
            },
            Mistake("the certificate where the key should be", "tls-key") { (laboratory, _) in
                try Data(contentsOf: URL(filePath: laboratory.server.certificate)).write(to: URL(filePath: laboratory.file("service.key")))
            },
            Mistake("a directory instead of a certificate", "tls-certificate") { (laboratory, flags) in
                if let position = flags.firstIndex(of: "--tls-certificate") { flags[position + 1] = laboratory.directory.path }
            },
            Mistake("a key that asks for a passphrase", "tls-key") { (laboratory, _) in
                try OpenSSLTool.succeed([
                    "pkey", "-in", laboratory.server.key, "-aes256", "-passout", "pass:secret", "-out", laboratory.file("service.key"),
                ])
            },
            openKey(0o644), openKey(0o640), openKey(0o604), openKey(0o660),
            Mistake("a certificate that expired yesterday", "tls-certificate") { (laboratory, _) in
                laboratory.server = try laboratory.issue("authdb") { order in
                    order.notBefore = .seconds(-3 * 86_400)
                    order.notAfter = .seconds(-86_400)
                }
                try laboratory.writeFiles()
            },
            Mistake("a certificate that is good from tomorrow on", "tls-certificate") { (laboratory, _) in
                laboratory.server = try laboratory.issue("authdb") { $0.notBefore = .seconds(86_400) }
                try laboratory.writeFiles()
            },
            Mistake("a certificate of another CA", "tls-certificate") { (laboratory, _) in
                let other = try TLSLaboratory.authority(TLSLaboratory.system, in: laboratory.file("other"))
                laboratory.server = try laboratory.issue("authdb", by: other)
                try laboratory.writeFiles()
            },
            Mistake("a certificate for calling others only", "tls-certificate") { (laboratory, _) in
                laboratory.server = try laboratory.issue("authdb") { $0.usage = .clientOnly }
                try laboratory.writeFiles()
            },
            Mistake("a certificate for being called only", "tls-certificate") { (laboratory, _) in
                laboratory.server = try laboratory.issue("authdb") { $0.usage = .serverOnly }
                try laboratory.writeFiles()
            },
            Mistake("a revocation list and no TLS", "tls-crl") { (_, flags) in
                for flag in ["--tls-certificate", "--tls-key", "--tls-ca"] {
                    if let position = flags.firstIndex(of: flag) { flags.removeSubrange(position...position + 1) }
                }
                flags += ["--insecure-peer-as", TLSLaboratory.system]
            },
            Mistake("TLS and callers without it", "insecure-peer-as") { (_, flags) in flags += ["--insecure-peer-as", TLSLaboratory.system] },
            Mistake("neither TLS nor a name for callers without it", "insecure-peer-as") { (_, flags) in flags = Array(flags.prefix(4)) },
        ]
    }

    @Test(.enabled(if: OpenSSLTool.isInstalled, Comment(rawValue: OpenSSLTool.missing)), arguments: Mistake.all)
    func `ends within a second, with one line that names the flag`(mistake: Mistake) throws {
        let laboratory = try TLSLaboratory()
        try laboratory.writeFiles()
        var flags = TLSLaboratory.flags + ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]
        try mistake.make(laboratory, &flags)
        let began = Instant.now
        // The process has no terminal, so that it cannot ask for a passphrase.
        let authdb = ServiceProcess.binaries.appending(path: "authdb").path()
        let command = try Command.run("/usr/bin/timeout", ["10", "setsid", "-w", authdb] + flags, in: laboratory.directory)
        #expect(Instant.now - began < .seconds(1))
        #expect(command.status == 78, "\(command.output)")
        #expect(command.output.split(separator: "\n").count == 1, "\(command.output)")
        #expect(command.output.contains("--\(mistake.flag)"), "\(command.output)")
        #expect(!FileManager.default.fileExists(atPath: laboratory.file("authdb.sqlite")), "nothing is made where nothing is to run")
    }
}
