internal import ArgumentParser
internal import Base
internal import Flow
internal import HTTPKit

extension Trace {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the latest registrations that the services remember, newest first.",
            discussion: """
                The columns are time, trace, result, private identity and cause. \
                The result is unknown where the partner's SIP core was not asked or has no record.

                Exit codes: 0 all services have answered; 6 one cannot be asked.
                """)

        @OptionGroup var admin: AdminOptions

        @Option(help: ArgumentHelp("Only registrations of this private identity, partner's or primary's. (default: all)", valueName: "IMPI"))
        var impi: String?

        @Option(help: ArgumentHelp("Only this result: \(Verdict.words.joined(separator: ", ")). (default: all)", valueName: "RESULT"))
        var result: String?

        @Option(help: ArgumentHelp("Only this cause, such as MIGRATION_NOT_ALLOWED. (default: all)", valueName: "CAUSE"))
        var cause: String?

        @Option(help: "How many to list at most.")
        var limit = 100

        @Flag(help: "Print one JSON object a line.")
        var json = false

        func validate() throws {
            if let result, !Verdict.words.contains(result) {
                throw ValidationError("--result is one of \(Verdict.words.joined(separator: ", "))")
            }
            guard 1...Limits.tracesMax ~= limit else { throw ValidationError("--limit takes 1 to \(Limits.tracesMax)") }
        }

        func run() async throws {
            let answers = try await AdminAnswers(asking: admin, "/admin/v1/flow-events?limit=\(Limits.tracesMax)")
            let traces = TraceOverview.merged(answers.answers.map { ($0.service, TraceSummary.list(in: $0.body)) })
            let shown = traces.filter(matches).prefix(limit)
            if !json, !shown.isEmpty { print(TraceOverview.header) }
            for trace in shown { print(json ? trace.json : trace.line) }
            for silent in answers.silent { Terminal.complain("no answer from \(silent)") }
            if !answers.silent.isEmpty { throw Exit.unavailable }
            if shown.isEmpty { Terminal.complain("no registration to list") }
        }

        private func matches(_ trace: TraceOverview) -> Bool {
            if let impi, !trace.identities.contains(impi) { return false }
            if let result, trace.verdict.word != result { return false }
            return cause == nil || trace.cause == cause
        }
    }
}
