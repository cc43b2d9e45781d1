import Base
import Foundation
import Support
import Testing

@Suite struct DiskSpaceTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func `a trial write takes some time and leaves nothing`() throws {
        #expect(try DiskSpace.timeSync(directory.file("trial"), byteCount: 4_096) > .zero)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    }

    @Test func `a trial write that cannot be made says why`() throws {
        let path = directory.file("missing/trial")
        let error = #expect(throws: FileError.self) { try DiskSpace.timeSync(path, byteCount: 1) }
        #expect(error?.code == .cannotWrite)
        #expect(error?.reason == "\(path): No such file or directory")
    }

    @Test func `the free space is that of the file's disk`() throws {
        let free = try #require(DiskSpace.freeBytes(at: directory.path))
        let attributes = try FileManager.default.attributesOfFileSystem(forPath: directory.path)
        let size = try #require(attributes[.systemSize] as? NSNumber)
        #expect(free > 0 && free <= size.int64Value)
        #expect(DiskSpace.freeBytes(at: "/proc") == 0)
        for path in ["", "a\0b", directory.file("missing")] { #expect(DiskSpace.freeBytes(at: path) == nil) }
    }

    @Test func `a file is known by more than its name`() throws {
        let path = try directory.write("a", "text")
        let first = try #require(FileStatus(path))
        #expect(first.byteCount == 4 && !first.isOpenToOthers)
        try FileManager.default.moveItem(atPath: path, toPath: directory.file("b"))
        #expect(FileStatus(path) == nil)
        #expect(FileStatus(directory.file("b"))?.identity == first.identity)
        try directory.write("a", "text")
        #expect(FileStatus(path)?.identity != first.identity)
    }

    @Test(arguments: [(0o600, true), (0o400, true), (0o640, false), (0o620, false), (0o610, false), (0o604, false), (0o602, false), (0o601, false)])
    func `a file for its owner alone has no bit for anybody else`(mode: Int, passes: Bool) throws {
        let path = try directory.write("key", "secret")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        #expect(FileStatus(path)?.isOpenToOthers == !passes)
        if passes {
            try SmallFile.checkOnlyForOwner(path)
        } else {
            let error = #expect(throws: FileError.self) { try SmallFile.checkOnlyForOwner(path) }
            #expect(error?.code == .openToOthers && error?.reason == "\(path) may be read or written by others than its owner")
        }
        for other in [directory.file("missing"), directory.path, "/dev/null"] { try SmallFile.checkOnlyForOwner(other) }
    }
}
