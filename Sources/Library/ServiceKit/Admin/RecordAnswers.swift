package import HTTPKit
package import Store

/// What an administration resource answers, from what became of it in the store.
package enum RecordAnswers {
    /// A reply that has to wait for the store.
    package static func later(_ answer: @escaping @Sendable () async throws(Problem) -> Response) -> Reply {
        .later { do throws(Problem) { return try await answer() } catch { return error.response } }
    }

    package static func read<Record: Sendable>(
        _ stored: Stored<Record>?, for request: Request, json: (Stored<Record>) -> [UInt8]
    ) throws(Problem) -> Response {
        guard let stored else { throw notFound }
        return try AdminAnswer.read(json(stored), stored.stamp.entityTag, for: request)
    }

    package static func put<Record: Sendable>(
        _ outcome: PutOutcome<Record>, at path: String, json: (Stored<Record>) -> [UInt8]
    ) throws(Problem) -> Response {
        switch outcome {
        case .created(let stored): return AdminAnswer.created(at: path, json(stored), stored.stamp.entityTag)
        case .replaced(let stored): return AdminAnswer.replaced(json(stored), stored.stamp.entityTag)
        case .preconditionFailed: throw preconditionFailed
        case .conflict(let param, let reason): throw conflict(param, reason)
        case .invalid(let param, let reason): throw .invalid(param, reason)
        }
    }

    package static func delete(_ outcome: DeleteOutcome) throws(Problem) -> Response {
        switch outcome {
        case .deleted: return AdminAnswer.deleted
        case .notFound: throw notFound
        case .preconditionFailed: throw preconditionFailed
        case .conflict(let reason): throw Problem(.conflict, detail: reason, cause: "MODIFICATION_NOT_ALLOWED")
        }
    }

    package static func conflict(_ param: String, _ reason: String) -> Problem {
        Problem(.conflict, detail: "\(param) \(reason)", cause: "MODIFICATION_NOT_ALLOWED", invalidParams: [.init(param: param, reason: reason)])
    }

    package static let notFound = Problem(.notFound, detail: "there is no such record", cause: "CONTEXT_NOT_FOUND")

    static let preconditionFailed = Problem(.preconditionFailed, detail: "the record is not in the state that the request names")
}

extension Preconditions {
    /// For the store to ask within its transaction.
    package var allows: Precondition {
        { current in (try? check(current: current)) != nil }
    }
}
