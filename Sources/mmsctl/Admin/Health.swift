internal import ArgumentParser
internal import HTTPKit

struct Health: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tells whether services are ready.", discussion: "Exit codes: 0 all are ready, 1 one is not ready, 6 one cannot be asked.")

    @OptionGroup var admin: AdminOptions

    func run() async throws {
        let client = try AdminClient()
        var failure: ExitCode?
        for (address, origin) in try admin.origins() {
            do throws(AdminFailure) {
                let service = try await client.service(at: origin)
                let answer = try await client.get("/readyz?verbose", from: origin)
                print("\(answer.status == .ok ? "ready    " : "not ready") \(service)  \(address)")
                print(String(decoding: answer.body, as: UTF8.self).split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
                if answer.status != .ok, failure == nil { failure = Exit.notAsItShouldBe }
            } catch {
                print("no answer \(address): \(error.reason)")
                failure = Exit.unavailable
            }
        }
        await client.shutDown()
        if let failure { throw failure }
    }
}
