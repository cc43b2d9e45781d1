import Testing

@testable import HTTPKit

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1:80", "127.0.0.1:80"), ("0.0.0.0:0", "0.0.0.0:0"), ("[::1]:65535", "[::1]:65535"), ("[2001:db8::1]:5060", "[2001:db8::1]:5060"),
        ("unix:/tmp/x.sock", "unix:/tmp/x.sock"),
    ]) func `an address reads as it is written`(_ text: String, _ expected: String) throws {
        #expect(try SocketAddress(parsing: text).description == expected)
    }

    @Test(arguments: [
        "", ":", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+80", "127.0.0.1: 80", "127.0.0.1:8o", "::1:80",
        "[::1]",
        "[::1:80", "localhost:80", "1.2.3:80", "1.2.3.4.5:80", "unix:", "unix:" + String(repeating: "x", count: 108),
    ]) func `what is not an address is refused`(_ text: String) {
        #expect(throws: AddressError.self) { try SocketAddress(parsing: text) }
    }

    @Test func `loopback is 127, ::1 and Unix sockets`() throws {
        for text in ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "unix:/x"] { #expect(try SocketAddress(parsing: text).isLoopback) }
        for text in ["0.0.0.0:1", "128.0.0.1:1", "[::]:1", "[2001:db8::7f]:1"] { #expect(try !SocketAddress(parsing: text).isLoopback) }
    }

    @Test(arguments: [
        ("http://a.example", "http://a.example:80", ""), ("http://a.example:8080/", "http://a.example:8080", ""),
        ("http://127.0.0.1:1/x/y/", "http://127.0.0.1:1/x/y", "/x/y"), ("http://[::1]", "http://[::1]:80", ""),
        ("http://[::1]:7/p", "http://[::1]:7/p", "/p"),
    ]) func `an API root has an origin and perhaps a prefix`(_ text: String, _ written: String, _ prefix: String) throws {
        let root = try APIRoot(parsing: text)
        #expect(root.description == written)
        #expect(root.prefix == prefix)
    }

    @Test(arguments: [
        "", "ftp://a", "a.example", "http://", "http:///x", "http://u@a/", "http://a?x", "http://a/?x", "http://a/#x", "http://a b", "http://a:/x",
        "http://a:99999",
    ]) func `what is not an API root is refused`(_ text: String) { #expect(throws: AddressError.self) { try APIRoot(parsing: text) } }
}
