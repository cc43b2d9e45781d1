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
}
