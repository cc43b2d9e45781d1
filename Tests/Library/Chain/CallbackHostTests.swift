import HTTPKit
import SBI
import Testing

@testable import Chain

/// Whom a service lets itself be made to call.
@Suite struct CallbackHostTests {
    static let path = "/nhss-ims-uecm-callback/v1/deregistrations"
    static let peer = Peer(
        address: "192.0.2.7:40000", names: ["partner.example", "mms.partner.example", "localhost", "*.wild.example", "xn--mnchen-3ya.example"])
    static let six = Peer(address: "[2001:db8::7]:40000")
    static let local = Peer(address: "127.0.0.1:40000", names: ["localhost"])

    @Test(arguments: [
        ("https://mms.partner.example:8083\(path)", peer), ("https://partner.example\(path)", peer),
        ("https://MMS.Partner.EXAMPLE:8083\(path)", peer),
        ("https://192.0.2.7:8083\(path)", peer), ("https://192.0.2.7\(path)", peer), ("https://partner.example:1/x/y;z=%20", peer),
        ("https://partner.example:65535/x", peer), ("https://[2001:db8::7]:8083\(path)", six), ("https://[2001:db8::7]\(path)", six),
        ("https://127.0.0.1:8083\(path)", local), ("https://localhost:8083\(path)", local), ("https://xn--mnchen-3ya.example/x", peer),
    ]) func `is called`(uri: String, peer: Peer) throws {
        #expect(CallbackHost.refusal(of: uri, from: peer, isSecure: true) == nil)
        let root = try APIRoot(parsing: uri)
        #expect(root.origin.isSecure && uri.hasSuffix(root.prefix), "what may be called can be called")
        let plain = "http" + uri.dropFirst("https".count)
        #expect(CallbackHost.refusal(of: plain, from: peer, isSecure: false) == nil)
        #expect(CallbackHost.refusal(of: plain, from: peer, isSecure: true) == .otherScheme, "no notice goes out in clear where there is TLS")
        #expect(CallbackHost.refusal(of: uri, from: peer, isSecure: false) == .plain)
    }

    @Test(arguments: [
        // Another host, also one that only looks like the peer's.
        "https://evil.example\(path)", "https://mms.partner.example.evil.example\(path)", "https://evilmms.partner.example\(path)",
        "https://sub.partner.example\(path)", "https://example\(path)", "https://a.wild.example\(path)", "https://wild.example\(path)",
        // A trailing dot makes another name (RFC 6066 §3).
        "https://partner.example.\(path)", "https://partner.example.:8083\(path)",
        // Other forms of addresses, of the peer and of this machine and its neighbours.
        "https://192.0.2.8\(path)", "https://192.0.2.07\(path)", "https://0xc0.0.2.7\(path)", "https://3221225991\(path)", "https://192.519\(path)",
        "https://[::ffff:192.0.2.7]\(path)", "https://[::ffff:c000:207]\(path)", "https://127.0.0.1\(path)", "https://127.1\(path)",
        "https://2130706433\(path)", "https://0x7f000001\(path)", "https://0\(path)", "https://[::1]\(path)", "https://[::]\(path)",
        "https://169.254.169.254/latest/meta-data", "https://0.0.0.0\(path)",
    ]) func `another host is not called`(uri: String) {
        #expect(CallbackHost.refusal(of: uri, from: Self.peer, isSecure: true) == .otherHost)
    }

    @Test(arguments: [
        // User information, and what some readers take for the end of it.
        "https://partner.example@evil.example\(path)", "https://partner.example:80@evil.example\(path)", "https://user@partner.example\(path)",
        "https://user:secret@partner.example:8083\(path)", "https://evil.example\\@partner.example\(path)", "https://partner.example%2f\(path)",
        "https://partner.example%00.evil.example\(path)", "https://partner.example:80:90\(path)",
        // No port, or none that there is.
        "https://partner.example:\(path)", "https://partner.example:0x50\(path)", "https://partner.example:65536\(path)",
        "https://partner.example:999999\(path)", "https://partner.example:-1\(path)", "https://partner.example:+80\(path)",
        // No host.
        "https://\(path)", "https://:8083\(path)", "https://[]\(path)", "https://[\(path)", "https://]\(path)", "https://[2001:db8::7\(path)",
        "https://[2001:db8::7%25eth0]\(path)", "https://2001:db8::7\(path)", "https:///evil.example\(path)",
        "https://partner.example,evil.example\(path)",
        "https://münchen.example\(path)", "https://partner。example\(path)", "https://*.wild.example\(path)",
    ]) func `what is not a host and a port is not called`(uri: String) {
        #expect(CallbackHost.refusal(of: uri, from: Self.peer, isSecure: true) == .notAHostAndPort)
    }

    @Test(arguments: [
        "", "https", "https:", "https:/partner.example", "http://partner.example\(path)", "HTTPS://partner.example\(path)",
        "ftp://partner.example\(path)",
        "file:///etc/passwd", "unix:/run/mc.sock", "gopher://partner.example/x", "//partner.example\(path)", "partner.example\(path)",
        " https://partner.example/x",
        "data:,x",
    ]) func `another scheme is not called`(uri: String) {
        #expect(CallbackHost.refusal(of: uri, from: Self.peer, isSecure: true) == .otherScheme)
    }

    @Test(arguments: ["", "/", "/x?y", "/x#y", "/x?next=https://evil.example", "/x y", "/x\u{0}", "/é", "/\r\nHost:evil.example", "/<x>"])
    func `what is not a path alone is not called`(path: String) {
        #expect(CallbackHost.refusal(of: "https://partner.example\(path)", from: Self.peer, isSecure: true) == .notAPath)
    }

    /// Certificates of a laboratory name it. From another machine it would be this service that is called.
    @Test func `localhost is called only for those who come from there`() {
        for uri in ["https://localhost:9081/admin/v1/x", "https://LOCALHOST/x"] {
            #expect(CallbackHost.refusal(of: uri, from: Self.peer, isSecure: true) == .ownLoopback)
            #expect(CallbackHost.refusal(of: uri, from: Self.six, isSecure: true) == .otherHost)
            #expect(CallbackHost.refusal(of: uri, from: Peer(address: "[::1]:1", names: ["localhost"]), isSecure: true) == nil)
        }
    }

    @Test func `a caller over a local socket has no address to be called at`() {
        let peer = Peer(address: "unix", names: [])
        #expect(CallbackHost.refusal(of: "https://unix/x", from: peer, isSecure: true) != nil)
    }
}
