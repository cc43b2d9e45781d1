import Testing

@testable import HTTPKit

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1:80", "127.0.0.1:80"), ("0.0.0.0:0", "0.0.0.0:0"), ("[::1]:65535", "[::1]:65535"), ("[2001:db8::1]:5060", "[2001:db8::1]:5060"),
        ("unix:/tmp/x.sock", "unix:/tmp/x.sock"), ("[::ffff:192.0.2.1]:80", "192.0.2.1:80"), ("[::FFFF:c000:201]:80", "192.0.2.1:80"),
        ("[::fffe:192.0.2.1]:80", "[::fffe:c000:201]:80"), ("[::1:ffff:192.0.2.1]:80", "[::1:ffff:c000:201]:80"),
        ("[64:ff9b::192.0.2.1]:80", "[64:ff9b::c000:201]:80"),
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
        for text in ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "unix:/x", "[::ffff:127.0.0.1]:1"] {
            #expect(try SocketAddress(parsing: text).isLoopback)
        }
        for text in ["0.0.0.0:1", "128.0.0.1:1", "[::]:1", "[2001:db8::7f]:1"] { #expect(try !SocketAddress(parsing: text).isLoopback) }
    }

    @Test func `an IPv4 address that is written as an IPv6 one is the same address`() throws {
        let (mapped, plain) = (try SocketAddress(parsing: "[::ffff:192.0.2.1]:5060"), try SocketAddress(parsing: "192.0.2.1:5060"))
        #expect(mapped == plain && mapped.host == "192.0.2.1" && mapped.port == 5060)
        #expect(mapped.hostBytes == plain.hostBytes)
    }
}
