internal import HTTPKit

/// The answers of several services to one question.
struct AdminAnswers {
    private(set) var answers: [(service: ServiceName, body: [UInt8])] = []
    /// The addresses without an answer, and why.
    private(set) var silent: [String] = []

    /// Asks one service after the other.
    init(asking admin: AdminOptions, _ target: String) async throws {
        let client = try AdminClient()
        for (address, origin) in try admin.origins() {
            do throws(AdminFailure) {
                let service = try await client.service(at: origin)
                let answer = try await client.get(target, from: origin)
                guard answer.status == .ok else { throw AdminFailure(reason: "\(service) answers \(answer.status)") }
                answers.append((service, answer.body))
            } catch { silent.append("\(address): \(error.reason)") }
        }
        await client.shutDown()
    }

    var services: [ServiceName] { answers.map(\.service) }
}
