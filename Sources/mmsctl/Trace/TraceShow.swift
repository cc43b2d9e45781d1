internal import ArgumentParser
internal import Base
internal import Flow

extension Trace {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Draws the ladder of one registration.",
            discussion: """
                A cross marks a step that failed; the last cross is where the registration stopped, and the lines below the ladder tell why. \
                Dotted arrows belong to services that were not asked. A dashed arrow was sent, but the service does not remember it. \
                Steps that were never sent have no arrow.

                Exit codes: 0 the UE was registered or deregistered; 1 it was refused, or has not finished; 3 no service that was asked knows \
                the trace; 6 the result is not known, because the partner's SIP core was not asked or has no record.
                """)

        @Argument(help: ArgumentHelp("The trace id, 32 lower-case hexadecimal digits, as mc-ue and the logs show it.", valueName: "TRACE"))
        var trace: String

        @OptionGroup var admin: AdminOptions

        @Flag(help: "Draw with ASCII characters only.")
        var ascii = false

        func run() async throws {
            guard TraceID(parsing: trace.utf8) != nil else { throw ValidationError("a trace is 32 lower-case hexadecimal digits") }
            let answers = try await AdminAnswers(asking: admin, "/admin/v1/flow-events?trace=\(trace)")
            for silent in answers.silent { Terminal.complain("no answer from \(silent)") }
            let events = answers.answers.flatMap { FlowEvent.list(in: $0.body) }
            guard !events.isEmpty else {
                let names = answers.services.map(\.description).joined(separator: ", ")
                Terminal.complain(
                    "\(trace): no service that was asked knows this trace\(names.isEmpty ? "" : " (\(names))"); "
                        + "each keeps its latest events in memory, until it is restarted")
                throw answers.silent.isEmpty ? Exit.notFound : Exit.unavailable
            }
            let ladder = Ladder(trace: trace, events: events, services: answers.services)
            print(ladder.drawn(ascii ? .ascii : .unicode, Terminal.palette))
            switch ladder.verdict {
            case .registered, .deregistered: return
            case .refused, .failed, .unfinished: throw Exit.notAsItShouldBe
            case .notKnown: throw Exit.unavailable
            }
        }
    }
}
