import ArgumentParser
import Base
import Testing

@testable import ServiceKit

@Suite struct ProcessTests {
    @Test func `only the first reason to stop counts`() async {
        let trigger = StopTrigger()
        #expect(trigger.stop(.signal(15)))
        #expect(!trigger.stop(.failure("late")))
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
