import Base
import Glibc
import Testing

@testable import HTTPKit

/// Peers that mean harm: each is closed, costs a bounded amount of memory and work, and takes nothing from an honest client.
@Suite(.serialized) struct HTTP2AbuseTests {
    private static let growthBytesMax = 16_777_216
    /// h2o's bar for 100,000 requests that are taken back.
    private static let handlersMax = 500

    /// - Parameters:
    ///   - isReading: whether the abuser reads what comes back; where it does not, its side of the connection takes little.
    ///   - handlersMax: how many of its requests may be handled before it is closed; nil where they are in order.
    private func check(_ abuse: Abuse, isReading: Bool, handlersMax: Int? = HTTP2AbuseTests.handlersMax) async throws {
        try await withServer(limits: {
            ($0.writeStallTime, $0.headTime, $0.idleTime) = (.milliseconds(500), .milliseconds(500), .seconds(2))
        }) { server in
            let honest = try server.connectHTTP2()
            honest.get(1, "/hello")
            #expect(try honest.answer(on: 1).text == "hello")
            Memory.forgetPeak()
            let before = Memory.resident
            let abuser = try RawHTTP2Client(server.address, receiveBufferBytes: isReading ? nil : 4_096)
            let hasSent = Flag()
            SystemThread.startOrEnd {
                Self.send(abuse, abuser.wire)
                hasSent.set()
            }
            if isReading { SystemThread.startOrEnd { try? abuser.wire.readToEnd() } }

            var answered = 0
            while server.server.connectionCount > 1, answered < 10_000 {
                let stream = UInt32(3 + 2 * answered)
                honest.get(stream, "/later/1")
                #expect(try honest.answer(on: stream).text == "after 1")
                answered += 1
                try await Task.sleep(for: .milliseconds(1))
            }
            await eventually { server.server.connectionCount == 1 && hasSent.isSet }
            // A sanitizer keeps what was freed, and records of its own.
            if !Memory.isWatched { #expect(Memory.peak - before < Self.growthBytesMax) }
            if let handlersMax { #expect(server.gate.entered + server.served.all.count - answered <= handlersMax) }
            let last = UInt32(3 + 2 * answered)
            honest.get(last, "/hello")
            #expect(try honest.answer(on: last).text == "hello")
            await eventually { server.server.inFlight == 0 }
        }
    }

    /// In pieces of about 64 KiB, until the server has had enough.
    private static func send(_ abuse: Abuse, _ wire: HTTP2Wire) {
        var bytes = abuse.opening
        for round in 0..<abuse.count {
            bytes += abuse.round(round)
            guard bytes.count >= 65_536 || round == abuse.count - 1 else { continue }
            guard wire.send(bytes) else { return }
            bytes.removeAll(keepingCapacity: true)
        }
    }

    @Test(arguments: Abuse.resets, [true, false]) func `requests that are taken back`(_ abuse: Abuse, isReading: Bool) async throws {
        try await check(abuse, isReading: isReading)
    }

    @Test(arguments: Abuse.floods, [true, false]) func `floods`(_ abuse: Abuse, isReading: Bool) async throws {
        try await check(abuse, isReading: isReading)
    }

    @Test(arguments: Abuse.latecomers, [true, false]) func `frames of streams that are over`(_ abuse: Abuse, isReading: Bool) async throws {
        try await check(abuse, isReading: isReading)
    }

    @Test(arguments: Abuse.blocks, [true, false]) func `header blocks`(_ abuse: Abuse, isReading: Bool) async throws {
        try await check(abuse, isReading: isReading)
    }

    /// Nothing is wrong with the requests: they are handled for as long as the kernel takes their answers.
    @Test(arguments: Abuse.stalls) func `answers that are not taken`(_ abuse: Abuse) async throws {
        try await check(abuse, isReading: false, handlersMax: nil)
    }
}
