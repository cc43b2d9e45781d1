import Testing

@testable import HTTPKit

/// TLS without a socket: what two sessions make of the bytes between them, however these are cut.
@Suite struct TLSSessionTests {
    private let laboratory: TLSLaboratory

    init() throws { laboratory = try TLSLaboratory.shared.get() }

    private func pair(name: String? = "localhost", offering: [String] = ALPN.all) throws -> TLSPair {
        try TLSPair(client: laboratory.client, server: laboratory.server, name: name, offering: offering)
    }

    @Test(arguments: [1, 2, 3, 5, 7, 64, 1_000, Int.max]) func `a handshake and content come through in pieces of any size`(count: Int) throws {
        var pair = try pair()
        try pair.talk(piecesOf: count)
        #expect(pair.client.isEstablished && pair.server.isEstablished)
        try pair.client.send(Array("question".utf8))
        try pair.server.send(Array("answer".utf8))
        try pair.talk(piecesOf: count)
        #expect(pair.readByServer == Array("question".utf8))
        #expect(pair.readByClient == Array("answer".utf8))
    }

    @Test func `one cut at every position of what a client sends changes nothing`() throws {
        var first = try pair()
        try first.give([], toServer: false)
        let hello = first.client.takeOutput()
        try first.give(hello, toServer: true)
        let flight = first.server.takeOutput()
        try first.give(flight, toServer: false)
        let count = first.client.takeOutput().count + hello.count
        let contexts = (
            client: try TLSContext(.client, laboratory.client, protocols: ALPN.all),
            server: try TLSContext(.server, laboratory.server, protocols: ALPN.all)
        )
        for position in 1..<count {
            var pair = try TLSPair(client: contexts.client, server: contexts.server)
            try pair.give([], toServer: false)
            let hello = pair.client.takeOutput()
            try pair.give(Array(hello.prefix(position)), toServer: true)
            try pair.give(Array(hello.dropFirst(position)), toServer: true)
            try pair.give(pair.server.takeOutput(), toServer: false)
            try pair.client.send(Array("x".utf8))
            let rest = pair.client.takeOutput()
            try pair.give(Array(rest.prefix(max(0, position - hello.count))), toServer: true)
            try pair.give(Array(rest.dropFirst(max(0, position - hello.count))), toServer: true)
            #expect(pair.server.isEstablished && pair.readByServer == Array("x".utf8), "cut after \(position) bytes")
        }
    }

    @Test(arguments: [1, 1_000, Int.max]) func `content of a megabyte is whole`(count: Int) throws {
        var pair = try pair()
        try pair.talk()
        let content = (0..<(count == 1 ? 50_000 : 1_000_000)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try pair.client.send(content)
        try pair.server.send(content)
        try pair.talk(piecesOf: count)
        #expect(pair.readByServer == content)
        #expect(pair.readByClient == content)
    }

    @Test func `an end is said, and content before it is not lost`() throws {
        var pair = try pair()
        try pair.talk()
        try pair.server.send(Array("last".utf8))
        pair.server.endSending()
        try pair.talk()
        #expect(pair.readByClient == Array("last".utf8))
        #expect(pair.clientHasEnded)
        try pair.client.send(Array("still".utf8))
        try pair.talk()
        #expect(pair.readByServer == Array("still".utf8), "the other direction goes on")
    }

    @Test func `a byte that was changed on the way is found out`() throws {
        var pair = try pair()
        try pair.talk()
        try pair.client.send(Array("question".utf8))
        var records = pair.client.takeOutput()
        records[records.count - 1] ^= 1
        #expect(throws: TLSError(.protocolViolation, "")) { try pair.give(records, toServer: true) }
        #expect(pair.readByServer.isEmpty)
    }

    @Test func `each side has the other's names, in small letters, and addresses are not among them`() throws {
        var pair = try pair()
        #expect(pair.server.peerNames.isEmpty && pair.client.peerNames.isEmpty, "nobody is anybody before the handshake is over")
        try pair.talk()
        #expect(pair.server.peerNames == ["primary.example", "sip-core-stub.primary.example", "localhost"])
        #expect(pair.client.peerNames == ["primary.example", "authdb.primary.example", "localhost"])
    }

    @Test(arguments: ["localhost", "LOCALHOST", "primary.example", "authdb.primary.example", "127.0.0.1", "::1"])
    func `a server is who its certificate says`(name: String) throws {
        var pair = try pair(name: name)
        try pair.talk()
        #expect(pair.client.isEstablished && pair.server.isEstablished)
    }

    @Test(arguments: ["partner.example", "other.primary.example", "example", "127.0.0.2", "::2", "localhost.example"])
    func `and nobody else`(name: String) throws {
        var pair = try pair(name: name)
        let error = #expect(throws: TLSError(.peerRefused, "")) { try pair.talk() }
        #expect(error?.reason.contains("mismatch") == true, "\(error?.reason ?? "")")
        #expect(!pair.client.isEstablished)
    }

    @Test func `a server name is asked for, and an address is not`() throws {
        for (name, isAsked) in [("authdb.primary.example", true), ("127.0.0.1", false)] {
            let client = try pair(name: name)
            var started = client
            try started.give([], toServer: false)
            let hello = String(decoding: started.client.takeOutput().map { 0x20...0x7e ~= $0 ? $0 : 0x2e }, as: UTF8.self)
            #expect(hello.contains(name) == isAsked, "\(hello)")
        }
    }

    @Test(arguments: [
        (["h2", "http/1.1"], true), (["http/1.1", "h2"], true), (["h2"], true), ([ALPN.http1], false), (["spdy/3", "http/1.1"], false),
    ])
    func `ALPN agrees on what both speak, HTTP/2 where there is a choice`(offer: [String], isHTTP2: Bool) throws {
        var pair = try pair(offering: offer)
        try pair.talk()
        #expect(pair.server.hasAgreed(on: ALPN.http2) == isHTTP2 && pair.client.hasAgreed(on: ALPN.http2) == isHTTP2)
    }

    @Test func `where ALPN finds nothing in common there is no connection`() throws {
        var pair = try pair(offering: ["spdy/3"])
        let error = #expect(throws: TLSError(.protocolViolation, "")) { try pair.talk() }
        #expect(error?.reason == "no application protocol")
    }

    @Test func `neither believes a stranger`() throws {
        var toStranger = try TLSPair(client: laboratory.client, server: laboratory.stranger.believing(laboratory.client))
        let error = #expect(throws: TLSError(.peerRefused, "")) { try toStranger.talk() }
        #expect(error?.reason.contains("issuer") == true, "\(error?.reason ?? "")")
        var fromStranger = try TLSPair(client: laboratory.stranger.believing(laboratory.server), server: laboratory.server)
        #expect(throws: TLSError(.peerRefused, "")) { try fromStranger.talk() }
        #expect(!fromStranger.server.isEstablished && fromStranger.server.peerNames.isEmpty)
    }

    @Test func `whoever is known and not welcome is told so by an alert, and whoever is welcome is not`() throws {
        var welcome = try pair()
        welcome.server.refusal = { $0.isEmpty ? "nobody" : nil }
        try welcome.talk()
        #expect(welcome.server.isEstablished && welcome.server.refusal == nil)
        var unwelcome = try pair()
        unwelcome.server.refusal = { "\($0[0]) is not welcome" }
        let refused = #expect(throws: TLSError(.peerRefused, "")) { try unwelcome.talk() }
        #expect(refused?.reason == "primary.example is not welcome")
        #expect(!unwelcome.server.isEstablished && unwelcome.server.peerNames.first == "primary.example")
        let told = #expect(throws: TLSError(.refusedByPeer, "")) { try unwelcome.give(unwelcome.server.takeOutput(), toServer: false) }
        #expect(told?.reason.contains("bad certificate") == true, "\(told?.reason ?? "")")
    }

    @Test(arguments: [
        "", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\0\0\0\0\0\0\0\0",
        "\u{16}\u{3}\u{1}\u{0}\u{5}\u{1}\u{0}\u{0}\u{1}\u{0}",
    ]) func `what is no ClientHello is refused or waited for, never taken`(text: String) throws {
        var pair = try pair()
        if text.isEmpty {
            try pair.give([], toServer: true)
        } else {
            #expect(throws: TLSError(.protocolViolation, "")) { try pair.give(Array(text.utf8), toServer: true) }
        }
        #expect(!pair.server.isEstablished)
    }

    @Test func `random bytes never make a connection`() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var pair = try pair()
            let bytes = (0..<Int.random(in: 1...600, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = try? pair.give([0x16, 0x03, 0x01] + bytes, toServer: true)
            #expect(!pair.server.isEstablished)
        }
    }

    @Test func `a ClientHello with any one byte changed makes no connection that both believe in`() throws {
        var whole = try pair()
        try whole.give([], toServer: false)
        let count = whole.client.takeOutput().count
        for position in 0..<count {
            var pair = try pair()
            try pair.give([], toServer: false)
            var hello = pair.client.takeOutput()
            guard position < hello.count else { continue }
            hello[position] ^= 0xff
            let outcome = Result {
                try pair.give(hello, toServer: true)
                try pair.talk()
            }
            // Changing the record's version alone is no lie: it says nothing (RFC 8446 §5.1).
            if case .success = outcome, pair.client.isEstablished, pair.server.isEstablished { #expect(1...2 ~= position, "byte \(position)") }
        }
    }

    @Test(.enabled(if: !Memory.isWatched, "a sanitizer keeps records of its own"))
    func `two ends that are idle cost little`() throws {
        let (client, server) = (
            try TLSContext(.client, laboratory.client, protocols: ALPN.all), try TLSContext(.server, laboratory.server, protocols: ALPN.all)
        )
        let count = 100
        var kept: [(TLSSession, TLSSession)] = []
        var residentBytes: [Int] = []
        // The first round pays for what OpenSSL allocates once.
        for _ in 0..<2 {
            for _ in 0..<count {
                var pair = try TLSPair(client: client, server: server)
                try pair.talk()
                kept.append((pair.client, pair.server))
            }
            residentBytes.append(Memory.resident)
        }
        let perPair = (residentBytes[1] - residentBytes[0]) / count
        #expect(perPair <= 54_000)
        withExtendedLifetime(kept) {}
    }
}
