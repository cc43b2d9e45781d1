package import Base
package import HTTPKit
internal import SBI
package import ServiceKit
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

extension AdminBody {
    /// The read-only members every record shows.
    package mutating func stamp(current: RecordStamp?) {
        readOnly("createdAt", current: current.map { .string($0.createdAt.description) })
        readOnly("updatedAt", current: current.map { .string($0.updatedAt.description) })
    }

    /// `notBefore` and `notAfter`.
    package mutating func validity() -> Validity {
        let validity = Validity(notBefore: optionalTimestamp("notBefore"), notAfter: optionalTimestamp("notAfter"))
        if let notBefore = validity.notBefore, let notAfter = validity.notAfter, notAfter < notBefore { note("notAfter", "is before notBefore") }
        return validity
    }

    /// The mission-critical services a permission is for.
    package mutating func services() -> [String] {
        let services = strings("services", among: ["mcptt", "mcvideo", "mcdata"], countMax: 3)
        if Set(services).count != services.count { note("services", "names a service twice") }
        return services
    }
}

extension JSONWriter {
    package mutating func member(_ name: String, _ texts: [String]) {
        member(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }

    package mutating func members(of validity: Validity) {
        if let notBefore = validity.notBefore { member("notBefore", notBefore.description) }
        if let notAfter = validity.notAfter { member("notAfter", notAfter.description) }
    }

    package mutating func members(of stamp: RecordStamp) {
        member("createdAt", stamp.createdAt.description)
        member("updatedAt", stamp.updatedAt.description)
    }
}
