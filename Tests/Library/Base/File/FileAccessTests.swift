import Base
import Glibc
import Support
import Testing

@Suite struct FileAccessTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test(arguments: [
        (EACCES, "Permission denied"), (EROFS, "Read-only file system"), (EPERM, "Operation not permitted"), (ENOENT, "No such file or directory"),
        (ELOOP, "Too many levels of symbolic links"),
    ])
    func `what the system has against it is said in its words`(number: Int32, words: String) throws {
        let path = try directory.write("file", "")
        #expect(FileAccess.hindrance(path) { asked, mode in asked == path && mode == R_OK | W_OK ? number : 0 } == words)
        #expect(FileAccess.hindrance(makingFilesIn: directory.path) { _, mode in mode == W_OK | X_OK ? number : 0 } == words)
    }

    @Test func `what can be used has nothing against it`() throws {
        #expect(FileAccess.hindrance(try directory.write("file", "")) == nil)
        #expect(FileAccess.hindrance(makingFilesIn: directory.path) == nil)
    }

    @Test func `what is no file is called so, whatever may be done with it`() throws {
        #expect(FileAccess.hindrance(directory.path) == "it is a directory")
        #expect(FileAccess.hindrance("/dev/null") == "it is no ordinary file")
        #expect(FileAccess.hindrance(directory.file("missing")) == "No such file or directory")
        #expect(FileAccess.hindrance(makingFilesIn: directory.file("missing")) == "No such file or directory")
        for path in ["", "a\0b"] { #expect(FileAccess.hindrance(path) == "Invalid argument") }
    }
}
