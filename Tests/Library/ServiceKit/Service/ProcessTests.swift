import ArgumentParser
import Base
import Testing

@testable import ServiceKit

@Suite struct ProcessTests {
    @Test func `only the first reason to stop counts, and what is told of it is told before the service ends`() async {
        let trigger = StopTrigger()
        let told = Guarded<[String]>([])
        trigger.stop(.signal(15)) { told.withLock { $0.append("first") } }
        trigger.stop(.failure("late")) { told.withLock { $0.append("late") } }
        #expect(told.withLock { $0 } == ["first"])
        #expect(await trigger.wait() == .signal(15))
    }

    @Test func `whoever waits before is told, too`() async {
        let trigger = StopTrigger()
        async let reason = trigger.wait()
        await Task.yield()
        trigger.stop(.asked)
        #expect(await reason == .asked)
    }

    @Test func `the version is in one place`() {
        #expect(ProgramVersion.line("authdb") == "authdb \(ProgramVersion.number)")
        #expect(ServiceMain.configuration("authdb", "x").version == "authdb 0.1.0")
    }
}
