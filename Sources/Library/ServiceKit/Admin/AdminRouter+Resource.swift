package import HTTPKit
internal import SBI
internal import Store

extension AdminRouter {
    /// Adds what every collection of records has: `GET` of a page, and `GET`, `PUT`, `PATCH` and `DELETE` of one record.
    ///
    /// - Parameters:
    ///   - pattern: the path of a record below the collection's: `{impi}/{systemId}`.
    ///   - types: of the parameters in `pattern`.
    ///   - key: the record's key, made of the parameters.
    package mutating func add<Resource: AdminResource, each Parameter: PathParameter>(
        _ resource: Resource, _ pattern: String, _ types: repeat (each Parameter).Type,
        key: @escaping @Sendable (repeat each Parameter) -> Resource.Key
    ) {
        let routes = ResourceRoutes(resource: resource)
        let path = "\(Resource.path)/\(pattern)"
        on(.get, Resource.path, query: Page.parameters + Resource.filters, handler: routes.list)
        on(.get, path, repeat (each Parameter).self) { (call, parameter: repeat each Parameter) async throws(Problem) in
            try await routes.read(call, key(repeat each parameter))
        }
        on(.put, path, repeat (each Parameter).self) { (call, parameter: repeat each Parameter) async throws(Problem) in
            try await routes.put(call, key(repeat each parameter))
        }
        on(.patch, path, repeat (each Parameter).self) { (call, parameter: repeat each Parameter) async throws(Problem) in
            try await routes.patch(call, key(repeat each parameter))
        }
        on(.delete, path, repeat (each Parameter).self) { (call, parameter: repeat each Parameter) async throws(Problem) in
            try await routes.delete(call, key(repeat each parameter))
        }
    }
}

/// What the routes of one collection do.
private struct ResourceRoutes<Resource: AdminResource>: Sendable {
    let resource: Resource

    func list(_ call: AdminCall) async throws(Problem) -> Response {
        let page = try Page(call.request, filters: Resource.filters)
        let selection = try resource.selection(after: page.after, call.request)
        let found = try await AdminAnswer.asking(try await resource.records(selection, countMax: page.fetchCount))
        let items = found.map { (key: resource.segments(of: $0.record).joined(separator: " "), json: resource.json($0)) }
        return page.answer(Resource.listMember, items, path: Resource.path)
    }

    func read(_ call: AdminCall, _ key: Resource.Key) async throws(Problem) -> Response {
        guard let stored = try await AdminAnswer.asking(try await resource.record(key)) else { throw AdminAnswer.notFound }
        return try AdminAnswer.read(resource.json(stored), resource.entityTag(stored), for: call.request)
    }

    func put(_ call: AdminCall, _ key: Resource.Key) async throws(Problem) -> Response {
        try AdminBody.checkMediaType(call.request)
        return try await change(call, key) { (_) throws(Problem) in try AdminBody(call.request.body) }
    }

    /// RFC 5789 §2.2 has the field that names what a PATCH may be.
    func patch(_ call: AdminCall, _ key: Resource.Key) async throws(Problem) -> Response {
        let type = "application/merge-patch+json"
        guard call.request.hasMediaType(type) else {
            throw Problem(.unsupportedMediaType, detail: "the body is not \(type)", fields: ["Accept-Patch": type])
        }
        return try await change(call, key, mustExist: true) { (current) throws(Problem) in
            guard let current else { throw AdminAnswer.notFound }
            let patch = try AdminBody.object(call.request.body)
            return AdminBody(patching: try AdminBody.object(resource.json(current)), with: patch)
        }
    }

    /// Makes a record of what a request says and of what is there, and writes it if that is still there. Otherwise it begins again: whoever sends
    /// no condition need not know that somebody else changed the record in between.
    ///
    /// The conditions of the request come before its content (RFC 9110 §13.2.1).
    private func change(
        _ call: AdminCall, _ key: Resource.Key, mustExist: Bool = false, _ content: (Stored<Resource.Record>?) throws(Problem) -> AdminBody
    ) async throws(Problem) -> Response {
        let preconditions = try Preconditions(call.request)
        for _ in 0..<ServiceLimits.changeAttemptsMax {
            let current = try await AdminAnswer.asking(try await resource.record(key))
            if mustExist, current == nil { throw AdminAnswer.notFound }
            let tag = current.map(resource.entityTag)
            try preconditions.check(current: tag)
            var body = try content(current)
            let draft = try resource.draft(&body, at: key, replacing: current)
            let change = Change(by: call.author) { $0 == tag }
            let outcome = try await AdminAnswer.asking(try await resource.put(draft, change))
            if case .preconditionFailed = outcome { continue }
            return try answer(outcome)
        }
        throw Problem(.serviceUnavailable, detail: "others keep changing the record", cause: "NF_CONGESTION", fields: ["Retry-After": "1"])
    }

    private func answer(_ outcome: PutOutcome<Resource.Record>) throws(Problem) -> Response {
        switch outcome {
        case .created(let stored): return AdminAnswer.created(at: path(of: stored.record), resource.json(stored), resource.entityTag(stored))
        case .replaced(let stored): return AdminAnswer.ok(resource.json(stored), resource.entityTag(stored))
        case .preconditionFailed: throw AdminAnswer.preconditionFailed
        case .conflict(let param, let reason): throw AdminAnswer.conflict(param, reason)
        case .invalid(let param, let reason): throw .invalid(param, reason)
        }
    }

    /// A store judges the conditions of a record that is there. Of one that is not there the answer is 404 (RFC 9110 §13.2.1).
    func delete(_ call: AdminCall, _ key: Resource.Key) async throws(Problem) -> Response {
        let preconditions = try Preconditions(call.request)
        switch try await AdminAnswer.asking(try await resource.delete(key, Change(by: call.author, if: preconditions.allow))) {
        case .deleted: return AdminAnswer.deleted
        case .notFound: throw AdminAnswer.notFound
        case .preconditionFailed: throw AdminAnswer.preconditionFailed
        case .conflict(let reason): throw AdminAnswer.conflict(reason)
        }
    }

    private func path(of record: Resource.Record) -> String {
        resource.segments(of: record).reduce(Resource.path) { AdminAnswer.path($0, $1) }
    }
}
