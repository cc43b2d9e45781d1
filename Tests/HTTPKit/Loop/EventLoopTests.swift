import Base
import Foundation
import Glibc
import Synchronization
import Testing

@testable import HTTPKit

@Suite struct EventLoopTests {
    private func withGroup(_ loopCount: Int = 1, _ body: (EventLoopGroup) async throws -> Void) async throws {
        let group = try EventLoopGroup(loopCount: loopCount)
        defer { group.shutDown() }
        try await body(group)
    }

    @Test func `a job runs on the loop's thread and knows it`() async throws {
        try await withGroup(2) { group in
            for loop in group.loops {
                let current = await Task(executorPreference: loop) { EventLoop.current === loop && loop.isCurrent }.value
                #expect(current)
            }
            #expect(EventLoop.current == nil)
        }
    }

    @Test func `work from another thread wakes a loop that sleeps`() async throws {
        try await withGroup { group in
            for _ in 0..<200 {
                await withCheckedContinuation { continuation in
                    group.first.execute { continuation.resume() }
                }
            }
        }
    }

    @Test func `none of ten thousand pieces of work from four threads is lost`() async throws {
        try await withGroup { group in
            let count = Shared(Atomic<Int>(0))
            await withTaskGroup { tasks in
                for _ in 0..<4 {
                    tasks.addTask {
                        for _ in 0..<2_500 {
                            group.first.execute { count.value.add(1, ordering: .relaxed) }
                            if Bool.random() { sched_yield() }
                        }
                    }
                }
            }
            await eventually { count.value.load(ordering: .relaxed) == 10_000 }
        }
    }

    @Test func `a task goes on where it was after it has waited for another executor`() async throws {
        try await withGroup { group in
            let loop = group.first
            let stayed = await Task(executorPreference: loop) {
                var stayed = loop.isCurrent
                for _ in 0..<50 {
                    // A child of the global pool: no executor preference, another thread.
                    let elsewhere = await Task.detached { EventLoop.current == nil }.value
                    stayed = stayed && elsewhere && loop.isCurrent
                    await Task.yield()
                    stayed = stayed && loop.isCurrent
                }
                return stayed
            }.value
            #expect(stayed)
        }
    }

    @Test func `a task started at once runs inline until it first waits, then on its loop`() async throws {
        try await withGroup { group in
            let loop = group.first
            let gate = Gate()
            let order = Shared(Guarded<[String]>([]))
            await Task(executorPreference: loop) {
                _ = Task.immediateDetached(executorPreference: loop) {
                    order.value.withLock { $0.append("inline") }
                    await gate.wait()
                    order.value.withLock { $0.append(loop.isCurrent ? "on the loop" : "elsewhere") }
                }
                order.value.withLock { $0.append("behind") }
            }.value
            gate.open()
            await eventually { order.value.withLock { $0.count } == 3 }
            #expect(order.value.withLock { $0 } == ["inline", "behind", "on the loop"])
        }
    }

    @Test func `timers fire in their order, and a cancelled one does not`() async throws {
        try await withGroup { group in
            let loop = group.first
            let fired = Shared(Guarded<[Int]>([]))
            await Task(executorPreference: loop) {
                let now = Instant.now
                for number in [5, 1, 4, 2, 3] {
                    loop.schedule(at: now + .milliseconds(4 * number)) {
                        fired.value.withLock { $0.append(Instant.now < now + .milliseconds(4 * number) ? -number : number) }
                    }
                }
                loop.schedule(at: now + .milliseconds(6)) { fired.value.withLock { $0.append(99) } }.cancel()
                loop.schedule(at: now + .seconds(-1)) { fired.value.withLock { $0.append(0) } }
            }.value
            await eventually { fired.value.withLock { $0.count } == 6 }
            #expect(fired.value.withLock { $0 } == [0, 1, 2, 3, 4, 5])
        }
    }

    @Test func `two tasks that wake each other for ever leave the loop its timers`() async throws {
        try await withGroup { group in
            let loop = group.first
            let isDone = Shared(Atomic<Bool>(false))
            let busy = Task(executorPreference: loop) {
                while !isDone.value.load(ordering: .relaxed) { await Task.yield() }
            }
            await Task(executorPreference: loop) {
                loop.schedule(at: .now + .milliseconds(5)) { isDone.value.store(true, ordering: .relaxed) }
                return
            }.value
            await busy.value
        }
    }

    @Test func `a loop that ends closes its sockets and lets tasks that wait for them go on`() async throws {
        let group = try EventLoopGroup(loopCount: 1)
        let hasBeenAsked = Flag()
        let silent = try RawServer { connection in
            connection.readRequest()
            hasBeenAsked.set()
            connection.readToEnd()
        }
        defer { silent.stop() }
        let client = HTTPClient(on: group)
        let request = Task {
            do throws(ClientError) {
                return try await client.send(ClientRequest(.get, "/"), to: Origin(silent.address), deadline: .now + .seconds(3)).status.code
            } catch {
                return error.code == .connectionClosed ? -1 : -2
            }
        }
        await eventually { hasBeenAsked.isSet }
        group.shutDown()
        #expect(await request.value == -1)
    }

    @Test func `a datagram arrives with its sender, and a second process cannot take the port`() async throws {
        try await withGroup { group in
            let loop = group.first
            let received = Shared(Guarded<[String]>([]))
            let any = try SocketAddress(host: "127.0.0.1", port: 0)
            let outcome = try await Task(executorPreference: loop) { () throws -> (UInt16, Bool) in
                let first = try DatagramSocket(on: loop, at: any) { bytes, peer in
                    received.value.withLock { $0.append("\(String(decoding: bytes, as: UTF8.self)) from \(peer.port)") }
                }
                let second = try DatagramSocket(on: loop, at: any) { _, _ in }
                second.send(Array("ping".utf8), to: first.address)
                let isTaken = (try? DatagramSocket(on: loop, at: first.address) { _, _ in }) == nil
                return (second.address.port, isTaken)
            }.value
            await eventually { received.value.withLock { $0.count } == 1 }
            #expect(received.value.withLock { $0 } == ["ping from \(outcome.0)"])
            #expect(outcome.1)
        }
    }
}

@Suite struct TimerQueueTests {
    @Test func `ten thousand timers in any order come out in order, without the cancelled`() {
        var queue = TimerQueue()
        let start = Instant.now
        var generator = SystemRandomNumberGenerator()
        var fired: [Int] = []
        let numbers = (0..<10_000).shuffled(using: &generator)
        let timers = numbers.map { number in queue.add(at: start + .milliseconds(number)) { fired.append(number) } }
        for (number, timer) in zip(numbers, timers) where number % 3 == 0 { timer.cancel() }
        while let action = queue.popDue(at: start + .seconds(20)) { action() }
        #expect(fired == (0..<10_000).filter { $0 % 3 != 0 })
        #expect(queue.earliest == nil)
    }

    @Test func `nothing fires before its time`() {
        var queue = TimerQueue()
        let start = Instant.now
        _ = queue.add(at: start + .seconds(1)) {}
        #expect(queue.popDue(at: start) == nil)
        #expect(queue.earliest == start + .seconds(1))
    }

    @Test func `cancelled timers do not pile up`() {
        var queue = TimerQueue()
        let start = Instant.now
        for number in 0..<100_000 { queue.add(at: start + .seconds(30) + .microseconds(number)) {}.cancel() }
        #expect(queue.count < 1_000)
    }

    @Test func `cores are counted that the thread may run on, not those of the machine`() throws {
        let status = try String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8).split(separator: "\n")
        let value = { (name: String) in try #require(status.first { $0.hasPrefix(name + ":\t") }).dropFirst(name.count + 2) }
        let (thread, allowed) = (try value("Pid"), try value("Cpus_allowed_list"))
        // As "0-3,8": the kernel's own word.
        let cores = try allowed.split(separator: ",").flatMap { range in
            let bounds = range.split(separator: "-").compactMap { Int($0) }
            return Array(try #require(bounds.first)...(try #require(bounds.last)))
        }
        #expect(EventLoopGroup.allowedCoreCount == cores.count)
        try #require(system("taskset -cp \(cores[0]) \(thread) > /dev/null") == 0)
        // Nothing else runs on this thread before it is set back.
        defer { system("taskset -cp \(allowed) \(thread) > /dev/null") }
        #expect(EventLoopGroup.allowedCoreCount == 1)
        #expect(EventLoopGroup.coreCount == 1)
    }
}
