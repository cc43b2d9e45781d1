import Base
import Glibc
import HTTPKit
import Store
import Support
import Synchronization
import Testing

@testable import ServiceKit

/// How a service tells of its store.
@Suite struct StoreReadinessTests {
    private func laboratory(_ store: StoreDouble, warning: String = Service.warningWhileNew) async throws -> ServiceLaboratory {
        try await ServiceLaboratory { service in
            #expect(throws: Never.self) { try service.openStore(warningWhileNew: warning) { _ throws(StoreFailure) in store } }
        }
    }

    @Test func `a store in order is ready, with its figures as metrics`() async throws {
        let store = StoreDouble()
        store.find { found in
            found.syncTime = .milliseconds(250)
            found.logBytes = 4_152
            found.freeBytes = 10_000_000
        }
        store.commitTimes.add(.milliseconds(500))
        let laboratory = try await laboratory(store)
        #expect(
            try await laboratory.get("/readyz?verbose").text
                == "[+]listening ok\n[+]draining ok\n[+]database ok\n[+]disk ok\n[+]records ok\nreadyz check passed\n")
        let metrics = try await laboratory.get("/metrics").text
        for line in [
            "mc_database_sync_seconds 0.25", "mc_database_log_bytes 4152", "mc_database_free_bytes 10000000", "mc_database_commits_total 1",
            "mc_database_commit_seconds_total 0.5",
        ] { #expect(metrics.contains("\n\(line)\n"), "\(line)") }
        #expect(await laboratory.end() == nil)
    }

    @Test func `an empty store is a warning in the log and in a line of its own, and the service is ready`() async throws {
        let store = StoreDouble(isEmpty: true)
        let laboratory = try await laboratory(store)
        let warning = "the database is new and empty: questions are answered with 503 until it holds its first record"
        #expect(laboratory.lines.all.filter { $0.contains(#""level":"warning""#) && $0.contains(warning) }.count == 1)
        let ready = try await laboratory.get("/readyz?verbose")
        #expect(ready.status == .ok && ready.text.contains("\n[!]records warning: \(warning)\n") && ready.text.hasSuffix("readyz check passed\n"))
        #expect(try await laboratory.get("/readyz").text == "ok")
        store.firstRecord.arrive()
        #expect(try await laboratory.get("/readyz?verbose").text.contains("\n[+]records ok\n"))
        #expect(await laboratory.end() == nil)
    }

    @Test func `a store whose records no operator writes is a warning of its own while it is new`() async throws {
        let laboratory = try await laboratory(StoreDouble(isEmpty: true), warning: "all is lost")
        #expect(laboratory.lines.all.filter { $0.contains(#""level":"warning""#) && $0.contains("all is lost") }.count == 1)
        let ready = try await laboratory.get("/readyz?verbose")
        #expect(ready.status == .ok && ready.text.contains("\n[!]records warning: all is lost\n") && !ready.text.contains("503"))
        #expect(await laboratory.end() == nil)
    }

    @Test(arguments: ["database", "disk"]) func `what goes wrong ends readiness and is a line in the log once, and so is its end`(check: String)
        async throws
    {
        let store = StoreDouble()
        let laboratory = try await laboratory(store)
        store.find { found in if check == "disk" { found.diskFailure = "full" } else { found.recordsFailure = "gone" } }
        let reason = check == "disk" ? "full" : "gone"
        var ready = try await laboratory.get("/readyz")
        while ready.status == .ok { ready = try await laboratory.get("/readyz") }
        #expect(ready.text.contains("\n[-]\(check) failed: \(reason)\n"))
        #expect(try await laboratory.get("/livez").status == .ok)
        store.find { $0 = StoreExamination() }
        while ready.status != .ok { ready = try await laboratory.get("/readyz") }
        let lines = laboratory.lines.all.filter { $0.contains(#""check":"\#(check)""#) }
        #expect(lines.count == 2, "\(lines)")
        #expect(lines.first?.contains("not ready") == true && lines.first?.contains(reason) == true && lines.last?.contains("in order again") == true)
        #expect(await laboratory.end() == nil)
    }

    @Test func `a store that was wrong at the start is not ready from the start`() async throws {
        let store = StoreDouble()
        store.find { $0.diskFailure = "No space left on device" }
        let laboratory = try await laboratory(store)
        #expect(try await laboratory.get("/readyz").text.contains("[-]disk failed: No space left on device\n"))
        #expect(await laboratory.end() == nil)
    }

    @Test func `a disk that does not answer ends readiness while it is looked at`() async throws {
        let watch = ServiceWatch()
        let isHeld = Atomic(true)
        watch.add(every: .zero) { while isHeld.load(ordering: .relaxed) { sleepBriefly() } }
        #expect(watch.stall == nil)
        watch.start()
        #expect(await eventually { watch.stall == "the disk has not answered for more than 1.0 seconds" })
        isHeld.store(false, ordering: .relaxed)
        #expect(await eventually { watch.stall == nil })
        watch.stop()
    }
}

private func sleepBriefly() { usleep(1_000) }
