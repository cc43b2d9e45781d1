import Foundation
import Testing

@testable import HTTPKit

/// Files that cannot be read: which one it is, and what the system has against it.
@Suite struct TLSFilesTests {
    enum Hindrance: CaseIterable, Sendable {
        case missing, isDirectory, leadsThroughFile, forbidden

        var number: Int32 {
            switch self {
            case .missing: ENOENT
            case .isDirectory: EISDIR
            case .leadsThroughFile: ENOTDIR
            case .forbidden: EACCES
            }
        }

        /// Nothing is forbidden to root.
        static let all = allCases.filter { $0 != .forbidden || geteuid() != 0 }
    }

    enum Which: CaseIterable, Sendable {
        case certificate, key, authority, revocationList

        var code: TLSError.Code {
            switch self {
            case .certificate: .badCertificate
            case .key: .badKey
            case .authority: .badAuthority
            case .revocationList: .badRevocationList
            }
        }
    }

    /// A folder with what can be used, each file in a folder of its own.
    private final class Folder {
        private let url: URL
        let files: TLSFiles

        init() throws {
            url = FileManager.default.temporaryDirectory.appending(path: "mc-tls-\(UUID().uuidString)")
            let good = try TLSLaboratory.shared.get().server
            files = TLSFiles(
                certificate: try Folder.copy(good.certificate, to: url.appending(path: "certificate")),
                key: try Folder.copy(good.key, to: url.appending(path: "key")),
                authority: try Folder.copy(good.authority, to: url.appending(path: "authority")),
                revocationList: try Folder.copy(try #require(good.revocationList), to: url.appending(path: "list")))
        }

        private static func copy(_ path: String, to folder: URL) throws -> String {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let copy = folder.appending(path: "service").path()
            try FileManager.default.copyItem(atPath: path, toPath: copy)
            return copy
        }

        deinit { try? FileManager.default.removeItem(at: url) }

        func path(of which: Which) throws -> String {
            switch which {
            case .certificate: files.certificate
            case .key: files.key
            case .authority: files.authority
            case .revocationList: try #require(files.revocationList)
            }
        }

        func put(_ hindrance: Hindrance, at path: String) throws {
            let manager = FileManager.default
            switch hindrance {
            case .forbidden: return try manager.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
            case .missing, .isDirectory: try manager.removeItem(atPath: path)
            case .leadsThroughFile: try manager.removeItem(at: URL(filePath: path).deletingLastPathComponent())
            }
            switch hindrance {
            case .isDirectory: try manager.createDirectory(atPath: path, withIntermediateDirectories: false)
            case .leadsThroughFile: try Data().write(to: URL(filePath: String(path.dropLast("/service".count))))
            case .missing, .forbidden: break
            }
        }
    }

    @Test(arguments: Which.allCases, Hindrance.all)
    func `a file that cannot be read is named with the system's reason, at the start and later`(which: Which, hindrance: Hindrance) throws {
        let folder = try Folder()
        let source = try TLSSource(.server, folder.files, protocols: ALPN.all)
        let context = source.context
        let path = try folder.path(of: which)
        try folder.put(hindrance, at: path)
        let atStart = #expect(throws: TLSError(which.code, "")) { try TLSSource(.server, folder.files, protocols: ALPN.all) }
        let later = #expect(throws: TLSError(which.code, "")) { source.use(try source.read()) }
        let reason = "\(path) cannot be read: \(String(cString: strerror(hindrance.number)))"
        #expect(atStart?.reason == reason)
        #expect(later?.reason == reason)
        #expect(source.context === context, "what was read before stays")
    }

    @Test(arguments: Which.allCases) func `a file that can be read and holds something else is not said to be unreadable, nor quoted`(which: Which)
        throws
    {
        let folder = try Folder()
        let path = try folder.path(of: which)
        try Data("-----BEGIN SECRET-----\nc2VjcmV0\n-----END SECRET-----\n".utf8).write(to: URL(filePath: path))
        let error = #expect(throws: TLSError(which.code, "")) { try TLSSource(.server, folder.files, protocols: ALPN.all) }
        let reason = try #require(error?.reason)
        #expect(reason.hasPrefix("\(path) holds no usable "), "\(reason)")
        #expect(!reason.contains("c2VjcmV0") && !reason.contains("secret"), "\(reason)")
    }
}
