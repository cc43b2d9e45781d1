import Base
import Foundation
import PKI
import Testing

@testable import HTTPKit

/// Two operators' CAs and what they have issued, made once for all tests.
final class TLSLaboratory: Sendable {
    static let shared = Result { try TLSLaboratory() }
    static let system = "primary.example"

    private let folder: URL
    /// Of `system`: good for `primary.example`, `authdb.primary.example`, `localhost` and 127.0.0.1.
    let server: TLSFiles
    /// Of the same CA, for a caller.
    let client: TLSFiles
    /// Of a CA that the others do not believe; believes its own alone.
    let stranger: TLSFiles
    /// Of the first CA, without loopback: good for the names of `system` alone.
    let remote: TLSFiles

    private init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "mc-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let home = folder.appending(path: "home").path()
        let other = folder.appending(path: "other").path()
        let far = folder.appending(path: "far").path()
        for (directory, permitsLoopback) in [(home, true), (other, true), (far, false)] {
            var plan = AuthorityPlan(system: TLSLaboratory.system)
            plan.permitsLoopback = permitsLoopback
            _ = try CertificateAuthority(directory: directory, clock: Timestamp.now).create(plan)
        }
        server = try TLSLaboratory.files("authdb", in: home)
        client = try TLSLaboratory.files("sip-core-stub", in: home)
        stranger = try TLSLaboratory.files("stranger", in: other)
        remote = try TLSLaboratory.files("authdb", in: far)
    }

    private static func files(_ service: String, in directory: String) throws -> TLSFiles {
        let authority = CertificateAuthority(directory: directory, clock: Timestamp.now)
        let issued = try authority.issue(CertificateOrder(service: service))
        return TLSFiles(
            certificate: issued.certificatePath, key: issued.keyPath, authority: authority.certificatePath,
            revocationList: authority.revocationListPath)
    }
}

extension TLSFiles {
    /// These with another's idea of whom to believe.
    func believing(_ other: TLSFiles) -> TLSFiles {
        TLSFiles(certificate: certificate, key: key, authority: other.authority, revocationList: other.revocationList)
    }
}

/// Two sessions and the bytes between them.
struct TLSPair {
    let client: TLSSession
    let server: TLSSession
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    /// What each has read.
    private(set) var readByClient: [UInt8] = []
    private(set) var readByServer: [UInt8] = []
    private(set) var clientHasEnded = false
    private(set) var serverHasEnded = false

    init(
        client: TLSFiles, server: TLSFiles, name: String? = "localhost", offering: [String] = ALPN.all
    ) throws {
        try self.init(client: TLSContext(.client, client, protocols: offering), server: TLSContext(.server, server, protocols: ALPN.all), name: name)
    }

    init(client: TLSContext, server: TLSContext, name: String? = "localhost") throws {
        self.client = try TLSSession(client, serverName: name)
        self.server = try TLSSession(server)
    }

    /// Carries what one has to say to the other, until neither has anything, in pieces of so many bytes at most.
    mutating func talk(piecesOf count: Int = .max) throws {
        // A client speaks first, without being spoken to.
        try give([], toServer: false)
        while true {
            let toServer = client.takeOutput()
            let toClient = server.takeOutput()
            guard !toServer.isEmpty || !toClient.isEmpty else { return }
            for piece in TLSPair.cut(toServer, count) { try give(piece, toServer: true) }
            for piece in TLSPair.cut(toClient, count) { try give(piece, toServer: false) }
        }
    }

    static func cut(_ bytes: [UInt8], _ count: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: max(1, min(count, bytes.count))).map {
            Array(bytes[$0..<min($0 + min(count, bytes.count), bytes.count)])
        }
    }

    /// Gives bytes to one side and takes all that comes of them.
    mutating func give(_ bytes: [UInt8], toServer: Bool) throws {
        let session = toServer ? server : client
        try bytes.withUnsafeBytes { lent in
            session.feed(lent)
            defer { session.unfeed() }
            try drain(session, toServer: toServer)
        }
    }

    private mutating func drain(_ session: TLSSession, toServer: Bool) throws {
        while true {
            let event = try buffer.withUnsafeMutableBytes { try session.next(into: $0) }
            switch event {
            case .needMore: return
            case .established: continue
            case .content(let count): if toServer { readByServer += buffer[..<count] } else { readByClient += buffer[..<count] }
            case .ended:
                if toServer { serverHasEnded = true } else { clientHasEnded = true }
                return
            }
        }
    }
}

extension TLSSession {
    func send(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try send($0) }
    }
}
