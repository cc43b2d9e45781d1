import Base
import Foundation
import Support
import Testing

@Suite struct SmallFileTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func code(_ body: () throws -> Void) -> FileError.Code? {
        do { try body() } catch { return (error as? FileError)?.code }
        return nil
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `a file comes back as it was written, as bytes and as a secret`() throws {
        let path = try directory.write("a", "text\u{0}with all\nof it")
        #expect(try SmallFile.read(path, bytesMax: 100) == Array("text\u{0}with all\nof it".utf8))
        #expect(try SmallFile.readSecret(path, bytesMax: 100) == SecretOctets(Array("text\u{0}with all\nof it".utf8)))
    }

    @Test(arguments: [(0, true), (15, true), (16, true), (17, false)])
    func `a file of as many bytes as allowed is taken, one of more is not`(count: Int, isTaken: Bool) throws {
        let path = try directory.write("a", String(repeating: "x", count: count))
        #expect(code { _ = try SmallFile.read(path, bytesMax: 16) } == (isTaken ? nil : .tooLarge))
    }

    @Test func `what the kernel tells is read although its size is said to be zero`() throws {
        #expect(try !SmallFile.read("/proc/self/statm", bytesMax: 4_096).isEmpty)
    }

    @Test(arguments: ["", "a\u{0}b"]) func `a path that the system would read differently is refused`(path: String) {
        #expect(code { _ = try SmallFile.read(path, bytesMax: 16) } == .malformedPath)
        #expect(code { try SmallFile.write([], to: path) } == .malformedPath)
    }

    @Test func `a file that is missing is named, with the reason of the system`() {
        let path = directory.file("missing")
        let error = #expect(throws: FileError.self) { try SmallFile.read(path, bytesMax: 16) }
        #expect(error?.code == .unreadable && error?.reason == "\(path): No such file or directory")
    }

    @Test func `where an ordinary file is demanded, a directory and a pipe that nobody writes to are refused without waiting`() throws {
        let pipe = directory.file("pipe")
        try #require(mkfifo(pipe, 0o600) == 0)
        for path in [directory.path, pipe] { #expect(code { _ = try SmallFile.read(path, bytesMax: 16, .ordinary) } == .notOrdinary) }
    }

    @Test(arguments: [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o620, false)])
    func `where a file is to be its owner's alone, nobody else may read or write it`(mode: Int, isTaken: Bool) throws {
        let path = try directory.write("key", "secret")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        #expect(code { _ = try SmallFile.readSecret(path, bytesMax: 16, [.ordinary, .onlyForOwner]) } == (isTaken ? nil : .openToOthers))
    }

    @Test func `a secret is written for its owner alone, anything else for everybody to read`() throws {
        let (key, text) = (directory.file("key"), directory.file("text"))
        try SmallFile.write(SecretOctets([1, 2]), to: key)
        try SmallFile.write([1, 2], to: text)
        #expect(try mode(key) == 0o600 && mode(text) == 0o644)
        #expect(try SmallFile.read(key, bytesMax: 16) == [1, 2] && SmallFile.read(text, bytesMax: 16) == [1, 2])
    }

    @Test func `writing replaces a file, and leaves no draft beside it`() throws {
        let path = try directory.write("a", "old and longer")
        try SmallFile.write(Array("new".utf8), to: path)
        #expect(try SmallFile.read(path, bytesMax: 16) == Array("new".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["a"])
    }

    @Test func `a file that must be new does not replace another`() throws {
        let path = try directory.write("a", "old")
        #expect(code { try SmallFile.write([1], to: path, .mustBeNew) } == .alreadyExists)
        #expect(try SmallFile.read(path, bytesMax: 16) == Array("old".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["a"])
        try SmallFile.write([1], to: directory.file("b"), .mustBeNew)
        #expect(try SmallFile.read(directory.file("b"), bytesMax: 16) == [1])
    }

    @Test func `a file in a directory that is not there cannot be written`() {
        #expect(code { try SmallFile.write([1], to: directory.file("none/a")) } == .cannotWrite)
    }
}
