internal import ArgumentParser
internal import HTTPKit

/// Runs `register` or `deregister` with the flags that were read.
struct RegistrationProgram {
    private let options: RegistrationOptions
    private let plan: Campaign.Plan

    init(_ options: RegistrationOptions, expiresSeconds: UInt32) {
        self.options = options
        plan = Campaign.Plan(
            server: options.server, impi: options.impi, impu: options.impu, isim: options.isim, realm: options.realm, contact: options.contact,
            expiresSeconds: expiresSeconds, answerTime: options.answerTime, count: options.count, concurrency: options.concurrency,
            trace: options.trace, updatesISIM: options.updateIsim)
    }

    /// - Throws: `ExitCode`.
    func run() async throws {
        let console = Console()
        let code: UEExitCode
        do {
            let group = try EventLoopGroup(loopCount: 1)
            defer { group.shutDown() }
            let campaign = try Campaign(plan, on: group.first, identifiers: .system, console: options.json ? console.silenced : console)
            code = options.count == 1 ? await single(campaign, console) : await many(campaign, console)
        } catch let error as UEError {
            console.complain("mc-ue: \(error)")
            code = error.code == .noAnswer ? .noAnswer : error.code == .unusable ? .usage : .failed
        } catch {
            console.complain("mc-ue: \(error)")
            code = .failed
        }
        guard code == .done else { throw code.exitCode }
    }

    private func single(_ campaign: Campaign, _ console: Console) async -> UEExitCode {
        let report = await campaign.runOne()
        if options.json { console.tell(report.json) }
        return report.end.exitCode
    }

    private func many(_ campaign: Campaign, _ console: Console) async -> UEExitCode {
        let summary = await campaign.runAll()
        if options.json { console.tell(summary.json) } else { console.tell(summary.text) }
        return summary.exitCode
    }
}
