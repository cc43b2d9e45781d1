internal import ArgumentParser
internal import Base
internal import Flow
internal import HTTPKit

struct Trace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows registrations as ladders, like figure 10.1.6.2-1 of TS 23.280.", subcommands: [Show.self, List.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Draws the ladder of one registration.",
            discussion:
                "Exit codes: 0 all twelve steps are there and the UE is registered; 1 a step is missing or has failed; 6 a service cannot be asked.")

        @Argument(help: ArgumentHelp("The trace id, 32 lower-case hexadecimal digits, as mc-ue and the logs show it.", valueName: "TRACE"))
        var trace: String

        @OptionGroup var admin: AdminOptions

        @Flag(help: "Draw with ASCII characters only.")
        var ascii = false

        func run() async throws {
            guard TraceID(parsing: trace.utf8) != nil else { throw ValidationError("a trace is 32 lower-case hexadecimal digits") }
            let client = try AdminClient()
            var events: [FlowEvent] = []
            var silent: [String] = []
            for (name, origin) in try admin.origins() {
                do throws(ClientError) {
                    let answer = try await client.get("/admin/v1/flow-events?trace=\(trace)", from: origin)
                    events += FlowEvent.list(in: answer.body)
                } catch { silent.append("\(name): \(error.reason)") }
            }
            await client.shutDown()
            let ladder = Ladder(trace: trace, events: events)
            print(ladder.drawn(ascii ? .ascii : .unicode))
            for name in silent { print("no answer from \(name)") }
            guard silent.isEmpty else { throw Exit.unavailable }
            guard ladder.isComplete else { throw Exit.notAsItShouldBe }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the latest traces that the services remember, newest first.")

        @OptionGroup var admin: AdminOptions

        func run() async throws {
            let client = try AdminClient()
            var latest: [String: Timestamp] = [:]
            for (name, origin) in try admin.origins() {
                do throws(ClientError) {
                    let answer = try await client.get("/admin/v1/flow-events", from: origin)
                    for summary in TraceSummary.list(in: answer.body) {
                        latest[summary.trace] = max(latest[summary.trace] ?? summary.timestamp, summary.timestamp)
                    }
                } catch { print("no answer from \(name): \(error.reason)") }
            }
            await client.shutDown()
            for (id, time) in latest.sorted(by: { $0.value > $1.value }) { print("\(time.microsecondsText)  \(id)") }
        }
    }
}
