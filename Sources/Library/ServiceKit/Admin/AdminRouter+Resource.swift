package import HTTPKit
internal import SBI
internal import Store

extension AdminRouter {
    /// Adds what every collection of records has: `GET` of a page, and `GET`, `PUT` and `DELETE` of one record.
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
        on(.get, Resource.path, handler: routes.list)
        on(.get, path, repeat (each Parameter).self) { (call, parameter: repeat each Parameter) async throws(Problem) in
            try await routes.read(call, key(repeat each parameter))
        }
        on(.put, path, repeat (each Parameter).self) { (call, parameter: repeat each Parameter) async throws(Problem) in
            try await routes.put(call, key(repeat each parameter))
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
        let page = try Page(call.request)
        let selection = try resource.selection(after: page.after, call.request)
        let found = try await AdminAnswer.asking(try await resource.records(selection, countMax: page.fetchCount))
        let items = found.map { (key: resource.segments(of: $0.record).joined(separator: " "), json: resource.json($0)) }
        return page.answer(Resource.listMember, items, path: Resource.path)
    }

    func read(_ call: AdminCall, _ key: Resource.Key) async throws(Problem) -> Response {
        guard let stored = try await AdminAnswer.asking(try await resource.record(key)) else { throw AdminAnswer.notFound }
        let (json, tag) = (resource.json(stored), stored.stamp.entityTag)
        return Resource.isAlwaysReadInFull ? AdminAnswer.ok(json, tag) : try AdminAnswer.read(json, tag, for: call.request)
    }

    func put(_ call: AdminCall, _ key: Resource.Key) async throws(Problem) -> Response {
        let change = try call.change()
        let current = try await AdminAnswer.asking(try await resource.record(key))
        var body = try AdminBody(call.request)
        let draft = try resource.draft(&body, at: key, replacing: current)
        switch try await AdminAnswer.asking(try await resource.put(draft, change)) {
        case .created(let stored): return AdminAnswer.created(at: path(of: stored.record), resource.json(stored), stored.stamp.entityTag)
        case .replaced(let stored): return AdminAnswer.ok(resource.json(stored), stored.stamp.entityTag)
        case .preconditionFailed: throw AdminAnswer.preconditionFailed
        case .conflict(let param, let reason): throw AdminAnswer.conflict(param, reason)
        case .invalid(let param, let reason): throw .invalid(param, reason)
        }
    }

    func delete(_ call: AdminCall, _ key: Resource.Key) async throws(Problem) -> Response {
        let change = try call.change()
        switch try await AdminAnswer.asking(try await resource.delete(key, change)) {
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
