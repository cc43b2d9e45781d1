import Base
import Glibc
import Testing

@testable import HTTPKit

/// Peers of HTTP/2 that are slow, and those that are only busy.
@Suite struct HTTP2PaceTests {
    @Test func `answers that are given no window are taken back after the stall time`() async throws {
        try await withServer(limits: { $0.writeStallTime = .milliseconds(80) }) { server in
            let client = try server.connectHTTP2(settings: [(Frame.Setting.initialWindowSize, 0)])
            let before = Memory.resident
            let start = Instant.now
            let streams = (0..<100).map { UInt32(2 * $0 + 1) }
            for stream in streams { client.get(stream, "/big/60000") }
            for stream in streams {
                let answer = try client.answer(on: stream)
                #expect(answer.status == 200 && answer.content.isEmpty && answer.resetCode == Frame.Code.cancel)
            }
            #expect(Memory.resident - before < 16_777_216)
            // Not when the connection would have been looked at for another reason.
            #expect(.now - start < .seconds(5))
            let other = try server.connectHTTP2()
            other.get(1, "/hello")
            #expect(try other.answer(on: 1).text == "hello")
        }
    }

    @Test func `an answer that is taken a byte at a time is not stalled`() async throws {
        // Longer in all than the stall time, and each byte well within it, also where the machine is not there for half a second.
        try await withServer(limits: { $0.writeStallTime = .milliseconds(1_500) }) { server in
            let client = try server.connectHTTP2(settings: [(Frame.Setting.initialWindowSize, 0)])
            client.get(1, "/hello")
            for _ in 0..<5 {
                try await Task.sleep(for: .milliseconds(400))
                client.wire.send(.windowUpdate(1, 1))
            }
            #expect(try client.answer(on: 1).text == "hello")
        }
    }

    @Test func `a header block that is never ended ends the connection`() async throws {
        try await withServer(limits: { $0.headTime = .milliseconds(80) }) { server in
            let client = try server.connectHTTP2()
            client.get(1, "/hello")
            #expect(try client.answer(on: 1).text == "hello")
            client.wire.send(.headers(3, HPACK.request("GET", "/hello"), endsHeaders: false))
            try client.wire.readToEnd()
            #expect(client.wire.goAways.last?.goAwayCode == Frame.Code.enhanceYourCalm)
        }
    }

    @Test func `a header block that comes in drops ends the connection as well`() async throws {
        try await withServer(limits: { $0.headTime = .milliseconds(80) }) { server in
            let client = try server.connectHTTP2()
            let start = Instant.now
            let isDone = Flag()
            SystemThread.startOrEnd {
                for byte in Frame.headers(1, HPACK.request("GET", "/\(String(repeating: "a", count: 2_000))")).bytes where !isDone.isSet {
                    client.wire.send([byte])
                    usleep(5_000)
                }
            }
            try client.wire.readToEnd()
            isDone.set()
            #expect(client.wire.goAways.last?.goAwayCode == Frame.Code.enhanceYourCalm)
            #expect(.now - start < .seconds(5))
        }
    }

    @Test func `a frame that is never finished ends the connection`() async throws {
        try await withServer(limits: { ($0.headTime, $0.idleTime) = (.milliseconds(60), .milliseconds(60)) }) { server in
            let client = try server.connectHTTP2()
            client.wire.send(Array(Frame.headers(1, HPACK.request("GET", "/hello")).bytes.prefix(12)))
            try client.wire.readToEnd()
            await eventually { server.server.connectionCount == 0 }
        }
    }

    @Test func `a body that takes too long is 408, and the connection goes on`() async throws {
        try await withServer(limits: { ($0.headTime, $0.bodyTime) = (.seconds(10), .milliseconds(80)) }) { server in
            let client = try server.connectHTTP2()
            client.wire.send(.headers(1, HPACK.request("POST", "/echo"), endsStream: false), .data(1, [0], endsStream: false))
            #expect(try client.answer(on: 1).status == 408)
            client.get(3, "/hello")
            #expect(try client.answer(on: 3).text == "hello")
        }
    }

    @Test func `a hundred bodies that never come hold little and not for long`() async throws {
        try await withServer(limits: { $0.bodyTime = .milliseconds(150) }) { server in
            let client = try server.connectHTTP2()
            let before = Memory.resident
            // 15 KiB of fields each, in a hundred bytes on the wire but for the first (CVE-2026-49975).
            let entry = HPACK.indexed("x", String(repeating: "a", count: 3_000))
            let streams = (0..<100).map { UInt32(2 * $0 + 1) }
            for stream in streams {
                let fields = (stream == 1 ? entry : [HPACK.lastEntered]) + [UInt8](repeating: HPACK.lastEntered, count: 4)
                client.wire.send(.headers(stream, HPACK.request("POST", "/echo") + fields, endsStream: false))
            }
            for stream in streams { #expect(try client.answer(on: stream).status == 408) }
            #expect(Memory.resident - before < 16_777_216)
        }
    }

    @Test func `a connection without requests is told to go after its idle time`() async throws {
        try await withServer(limits: { ($0.headTime, $0.idleTime) = (.milliseconds(60), .milliseconds(60)) }) { server in
            let silent = try server.connectHTTP2()
            let used = try server.connectHTTP2()
            used.get(1, "/hello")
            #expect(try used.answer(on: 1).text == "hello")
            for client in [silent, used] {
                try client.wire.readToEnd()
                #expect(client.wire.goAways.map(\.goAwayCode) == [Frame.Code.none])
            }
            await eventually { server.server.connectionCount == 0 }
        }
    }

    @Test func `a handler may take longer than the idle time`() async throws {
        try await withServer(limits: { ($0.headTime, $0.idleTime) = (.milliseconds(20), .milliseconds(20)) }) { server in
            let client = try server.connectHTTP2()
            client.get(1, "/gate/long")
            try await Task.sleep(for: .milliseconds(120))
            server.gate.open()
            #expect(try client.answer(on: 1).text == "through long")
        }
    }

    @Test func `a busy client that pings and gives room with each request is not taken for an abuser`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            for number in 0..<2_000 {
                let stream = UInt32(2 * number + 1)
                client.wire.send(.ping())
                client.post(stream, "/echo", [1, 2, 3])
                client.wire.send(.windowUpdate(0, 3))
                #expect(try client.answer(on: stream).content == [1, 2, 3])
            }
            #expect(client.wire.goAways.isEmpty)
        }
    }

    @Test func `a client that gives room for each frame of large answers is not taken for an abuser`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            for number in 0..<20 {
                let stream = UInt32(2 * number + 1)
                client.get(stream, "/big/1000000")
                #expect(try client.answer(on: stream).content.count == 1_000_000)
            }
            #expect(client.wire.goAways.isEmpty)
        }
    }

    @Test func `a client that gives up some of its requests is not taken for an abuser`() async throws {
        try await withServer { server in
            let client = try server.connectHTTP2()
            for number in 0..<1_000 {
                let stream = UInt32(4 * number + 1)
                if number % 2 == 0 {
                    client.get(stream, "/gate/x")
                    client.wire.send(.reset(stream))
                }
                client.get(stream + 2, "/hello")
                #expect(try client.answer(on: stream + 2).text == "hello")
                if number >= 300, number % 2 == 0 { try await Task.sleep(for: .milliseconds(1)) }
            }
        }
    }
}
