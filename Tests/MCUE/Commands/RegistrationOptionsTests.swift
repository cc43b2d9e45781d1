import ArgumentParser
import Testing

@testable import MCUE

@Suite struct RegistrationOptionsTests {
    private func parse(_ more: [String], impi: String = "user{n}@partner.example", isim: String = "isim.json") throws -> RegisterCommand {
        try RegisterCommand.parse(["--server", "udp:127.0.0.1:5060", "--impi", impi, "--impu", "sip:user{n}@partner.example", "--isim", isim] + more)
    }

    @Test func `a registration waits 32 seconds for each answer and asks for a week`() throws {
        let command = try parse([])
        #expect(command.options.answerTime == .seconds(32) && command.expires == 600_000)
        #expect(command.options.count == 1 && command.options.concurrency == 1)
    }

    @Test(arguments: [
        ["--count", "0"], ["--count", "10000001"], ["--concurrency", "0"], ["--concurrency", "501"], ["--timeout", "0"], ["--timeout", "3601"],
        ["--expires", "0"], ["--trace", "1"], ["--trace", "00000000000000000000000000000000"], ["--trace", UELaboratory.trace, "--count", "2"],
        ["--server", "tls:127.0.0.1:5061"],
    ])
    func `a flag out of its range is refused`(flags: [String]) {
        #expect(throws: (any Error).self) { try parse(flags) }
    }

    @Test(arguments: [
        ["--count", "10000000"], ["--concurrency", "500"], ["--timeout", "3600"], ["--expires", "1"], ["--trace", UELaboratory.trace],
    ])
    func `a flag at the end of its range is taken`(flags: [String]) throws {
        _ = try parse(flags)
    }

    @Test func `one user registers once at a time`() {
        #expect(throws: (any Error).self) { try parse(["--concurrency", "2"], impi: "user@partner.example") }
    }

    @Test func `each user needs an ISIM file of their own where the SQN is kept`() throws {
        #expect(throws: (any Error).self) { try parse(["--update-isim"]) }
        _ = try parse(["--update-isim"], isim: "isim-{n}.json")
        _ = try parse(["--update-isim"], impi: "user@partner.example")
    }

    @Test(arguments: [("user{n}@x", "user7@x"), ("{n}{n}", "77"), ("user@x", "user@x"), ("{n", "{n"), ("", "")])
    func `the number stands in the place that is made for it`(text: String, expanded: String) {
        #expect(UserNumber.expand(text, 7) == expanded)
        #expect(UserNumber.stands(in: text) == (text != expanded))
    }

    @Test func `the exit codes are those that the help tells`() {
        #expect(UEExitCode.allCases.map(\.rawValue) == [0, 1, 3, 4, 5, 6, 64])
        for code in UEExitCode.allCases { #expect(UEExitCode.table.contains("\n  \(code.rawValue) ")) }
    }
}
