internal import Base

/// Finds the handler of a request by its path and method.
///
/// A path is split at `/` before it is decoded, so an encoded slash belongs to a segment. A literal segment wins over a `{parameter}`.
/// An unknown path is answered with 404, a known path with another method with 405 and `Allow`. A GET route also answers HEAD.
package struct Router: Sendable {
    package typealias Handler = @Sendable (Request, [[UInt8]]) throws(Problem) -> Reply

    private struct Route: Sendable {
        let pattern: String
        let handle: Handler
    }

    private final class Node: Sendable {
        // Lists and not dictionaries: they are so short that comparing is faster than hashing.
        let literals: [(segment: [UInt8], node: Node)]
        let parameter: Node?
        let routes: [(method: Method, route: Route)]

        init(literals: [(segment: [UInt8], node: Node)] = [], parameter: Node? = nil, routes: [(method: Method, route: Route)] = []) {
            self.literals = literals
            self.parameter = parameter
            self.routes = routes
        }

        func literal(_ segment: ByteView) -> Node? {
            for (literal, node) in literals where literal.withUnsafeBytes({ segment.equals($0) }) { return node }
            return nil
        }

        func route(_ method: Method) -> Route? {
            for (known, route) in routes where known == method { return route }
            return method == .head ? self.route(.get) : nil
        }
    }

    /// Told of every request and its answer; nil where nobody wants to know.
    package var observer: RequestObserver?
    private var root = Node()
    /// Looks at every request before its handler is looked for.
    private var admission: (@Sendable (Request) -> Problem?)?
    /// The problem document for a refusal.
    let describe: @Sendable (Refusal) -> Problem

    /// - Parameter describe: makes the problem document for a request that the router or its server refuses. An application may add members of its
    ///   own.
    package init(describing describe: @escaping @Sendable (Refusal) -> Problem = { Problem($0) }) { self.describe = describe }

    /// Adds a route.
    ///
    ///     router.on(.get, "/orders/{id}", OrderID.self) { request, id throws(Problem) in
    ///         guard let order = cache[id] else { return .later { await orders.response(for: id) } }
    ///         return .now(.json(.ok, order.json))
    ///     }
    ///
    /// A segment that is no `OrderID` is answered with 400 before the handler is called. A `Problem` that the handler throws is the answer.
    ///
    /// - Parameters:
    ///   - pattern: segments; those in braces are parameters.
    ///   - types: the types of the parameters, in the order of the pattern.
    ///   - handler: runs on the event loop and must not block. If it has to wait, it returns `.later`, whose work runs as a task on the same loop.
    package mutating func on<each Parameter: PathParameter>(
        _ method: Method, _ pattern: String, _ types: repeat (each Parameter).Type,
        handler: @escaping @Sendable (Request, repeat each Parameter) throws(Problem) -> Reply
    ) {
        let segments = pattern.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
        let names = segments.filter(Router.isParameter).map { String(decoding: $0, as: UTF8.self) }
        var typeCount = 0
        for _ in repeat (each Parameter).self { typeCount += 1 }
        precondition(names.count == typeCount, "\(pattern) has \(names.count) parameters and \(typeCount) types")
        let route = Route(pattern: pattern) { [describe] (request, values) throws(Problem) in
            var position = 0
            func next<Value: PathParameter>(_: Value.Type) throws(Problem) -> Value {
                defer { position += 1 }
                do { return try Value(pathSegment: values[position]) } catch {
                    throw describe(Refusal(.badRequest, error.reason, as: .parameter(names[position])))
                }
            }
            return try handler(request, repeat try next((each Parameter).self))
        }
        root = Router.adding(route, method, segments[...], to: root)
    }

    /// The same routes behind a check of every request, be its path known or not.
    /// - Parameter refusal: the answer to a request that is not let in.
    package func refusing(by refusal: @escaping @Sendable (Request) -> Problem?) -> Router {
        var router = self
        router.admission = refusal
        return router
    }

    /// Finds the handler and calls it.
    /// - Returns: the handler's answer and the route's pattern; the problem and an empty pattern where no route was found.
    package func reply(to request: Request) -> (reply: Reply, pattern: String) {
        if let observer { return reply(to: request, telling: observer) }
        return unobservedReply(to: request)
    }

    @inline(never)
    private func reply(to request: Request, telling observer: RequestObserver) -> (reply: Reply, pattern: String) {
        observer.received(request)
        let (reply, pattern) = unobservedReply(to: request)
        switch reply {
        case .now(let response):
            observer.answered(request, pattern, response.status)
            return (reply, pattern)
        case .later(let work):
            let observed: @Sendable () async -> Response = {
                let response = await work()
                observer.answered(request, pattern, response.status)
                return response
            }
            return (.later(observed), pattern)
        }
    }

    @inline(__always)
    private func unobservedReply(to request: Request) -> (reply: Reply, pattern: String) {
        if let refused = admission?(request) { return (.now(refused.response), "") }
        if request.method == .options, request.path == [UInt8(ascii: "*")] { return (.now(Response(.noContent)), "*") }
        do throws(Refusal) {
            let (route, values) = try find(request)
            return (Router.call(route, request, values), route.pattern)
        } catch { return (.now(describe(error).response), "") }
    }

    private static func call(_ route: Route, _ request: Request, _ values: [[UInt8]]) -> Reply {
        do throws(Problem) { return try route.handle(request, values) } catch { return .now(error.response) }
    }

    private func find(_ request: Request) throws(Refusal) -> (Route, [[UInt8]]) {
        let (node, values) = try request.path.withUnsafeBufferPointer { (path) throws(Refusal) in try find(ByteView(path)) }
        guard !node.routes.isEmpty else { throw unknownPath(request.path) }
        guard let route = node.route(request.method) else { throw Router.methodNotAllowed(node.routes.map(\.method)) }
        return (route, values)
    }

    /// The path `/` has no segment. In every other path an empty segment is a segment that no route has.
    private func find(_ path: ByteView) throws(Refusal) -> (Node, [[UInt8]]) {
        var values: [[UInt8]] = []
        var node = root
        var start = 1
        guard !path.isEmpty else { throw unknownPath(Array(path)) }
        if path.equals("/") { return (node, values) }
        while start <= path.count {
            let end = path.position(of: UInt8(ascii: "/"), from: start) ?? path.count
            guard let next = try step(from: node, path.view(start..<end), &values) else {
                guard values.isEmpty || start == end else { throw Router.unknownPart }
                throw unknownPath(Array(path))
            }
            node = next
            start = end + 1
        }
        return (node, values)
    }

    private func step(from node: Node, _ segment: ByteView, _ values: inout [[UInt8]]) throws(Refusal) -> Node? {
        let isEncoded = segment.position(of: UInt8(ascii: "%")) != nil
        if !isEncoded, let literal = node.literal(segment) { return literal }
        guard let decoded = PercentCoding.decode(segment) else {
            throw Refusal(.badRequest, "the path is not percent-encoded correctly", as: .pathEncoding)
        }
        if isEncoded, let literal = decoded.withUnsafeBytes({ node.literal($0) }) { return literal }
        guard let parameter = node.parameter, !decoded.isEmpty else { return nil }
        values.append(decoded)
        return parameter
    }

    private static let notFound = Refusal(.notFound, "no such resource", as: .unknownPath)
    private static let unknownAPI = Refusal(.badRequest, "no such API, or not in this version", as: .unknownAPI)
    private static let unknownPart = Refusal(.notFound, "no such resource", as: .unknownPart)

    /// A path of the form `/{api}/v{digits}/…` (TS 29.501 §4.4.1) asks for an API: where no route has that API, it is the API that is wrong.
    private func unknownPath(_ path: [UInt8]) -> Refusal {
        let segments = path.dropFirst().split(separator: UInt8(ascii: "/"), maxSplits: 2, omittingEmptySubsequences: false)
        guard segments.count >= 2, !segments[0].isEmpty, segments[1].first == UInt8(ascii: "v"), segments[1].count > 1,
            segments[1].dropFirst().allSatisfy(ASCII.isDigit)
        else { return Router.notFound }
        let api = Array(segments[0]).withUnsafeBytes { root.literal($0) }
        let version = api.flatMap { api in Array(segments[1]).withUnsafeBytes { api.literal($0) } }
        return version == nil ? Router.unknownAPI : Router.notFound
    }

    private static func methodNotAllowed(_ methods: [Method]) -> Refusal {
        var names = Set(methods.map(\.rawValue))
        if names.contains("GET") { names.insert("HEAD") }
        let allowed = names.sorted().joined(separator: ", ")
        return Refusal(.methodNotAllowed, "this resource takes \(allowed)", as: .method(allowed: allowed))
    }

    private static func isParameter(_ segment: [UInt8]) -> Bool {
        segment.first == UInt8(ascii: "{") && segment.last == UInt8(ascii: "}")
    }

    private static func adding(_ route: Route, _ method: Method, _ segments: ArraySlice<[UInt8]>, to node: Node) -> Node {
        guard let segment = segments.first else {
            precondition(!node.routes.contains { $0.method == method }, "\(method.rawValue) \(route.pattern) is there twice")
            return Node(literals: node.literals, parameter: node.parameter, routes: node.routes + [(method, route)])
        }
        if isParameter(segment) {
            let child = adding(route, method, segments.dropFirst(), to: node.parameter ?? Node())
            return Node(literals: node.literals, parameter: child, routes: node.routes)
        }
        let known = node.literals.first { $0.segment == segment }?.node
        let child = adding(route, method, segments.dropFirst(), to: known ?? Node())
        return Node(
            literals: node.literals.filter { $0.segment != segment } + [(segment, child)], parameter: node.parameter, routes: node.routes)
    }
}
