/// Finds the handler of a request by its path and method.
///
/// Paths are split at `/` before anything is decoded, so an encoded slash is data; a literal segment wins over a `{parameter}`.
/// An unknown path is 404, a known one with another method 405 with `Allow`; HEAD is served by GET.
package struct Router: Sendable {
    package typealias Handler = @Sendable (Request, [[UInt8]]) throws(Problem) -> Reply

    private struct Route: Sendable {
        let pattern: String
        let handle: Handler
    }

    private final class Node: Sendable {
        let literals: [[UInt8]: Node]
        let parameter: Node?
        let routes: [Method: Route]

        init(literals: [[UInt8]: Node], parameter: Node?, routes: [Method: Route]) {
            self.literals = literals
            self.parameter = parameter
            self.routes = routes
        }
    }

    private var root = Node(literals: [:], parameter: nil, routes: [:])

    package init() {}

    /// Adds a route: `router.on(.get, "/subscribers/{impi}", IMPI.self) { request, impi in … }`.
    ///
    /// - Parameters:
    ///   - pattern: segments, of which those in braces are parameters, in the order of `types`.
    ///   - handler: runs on the event loop; must not block.
    package mutating func on<each Parameter: PathParameter>(
        _ method: Method, _ pattern: String, _ types: repeat (each Parameter).Type,
        handler: @escaping @Sendable (Request, repeat each Parameter) throws(Problem) -> Reply
    ) {
        let segments = pattern.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
        let names = segments.filter(Router.isParameter).map { String(decoding: $0, as: UTF8.self) }
        var typeCount = 0
        for _ in repeat (each Parameter).self { typeCount += 1 }
        precondition(names.count == typeCount, "\(pattern) has \(names.count) parameters and \(typeCount) types")
        let route = Route(pattern: pattern) { (request, values) throws(Problem) in
            var position = 0
            func next<Value: PathParameter>(_: Value.Type) throws(Problem) -> Value {
                defer { position += 1 }
                do { return try Value(pathSegment: values[position]) } catch { throw .invalid(names[position], error.reason) }
            }
            return try handler(request, repeat try next((each Parameter).self))
        }
        root = Router.adding(route, method, segments[...], to: root)
    }

    /// What the router found: a handler ready to be called and its pattern, or the problem to answer with.
    package enum Match: Sendable {
        case route(pattern: String, call: @Sendable () -> Reply)
        case problem(Problem)
    }

    package func match(_ request: Request) -> Match {
        var values: [[UInt8]] = []
        var node = root
        for segment in Router.segments(of: request.path) {
            guard let decoded = PercentCoding.decode(segment) else {
                return .problem(Problem(.badRequest, detail: "the path is not percent-encoded correctly", cause: "INVALID_API"))
            }
            if let literal = node.literals[decoded] {
                node = literal
            } else if let parameter = node.parameter, !decoded.isEmpty {
                values.append(decoded)
                node = parameter
            } else {
                return .problem(Router.notFound)
            }
        }
        guard !node.routes.isEmpty else { return .problem(Router.notFound) }
        guard let route = node.routes[request.method] ?? (request.method == .head ? node.routes[.get] : nil) else {
            return .problem(Router.methodNotAllowed(node.routes.keys))
        }
        let found = values
        return .route(pattern: route.pattern) {
            do throws(Problem) { return try route.handle(request, found) } catch { return .now(error.response) }
        }
    }

    private static let notFound = Problem(.notFound, detail: "no such resource", cause: "RESOURCE_URI_STRUCTURE_NOT_FOUND")

    private static func methodNotAllowed(_ methods: some Collection<Method>) -> Problem {
        var names = Set(methods.map(\.rawValue))
        if names.contains("GET") { names.insert("HEAD") }
        let allowed = names.sorted().joined(separator: ", ")
        return Problem(.methodNotAllowed, detail: "this resource takes \(allowed)", fields: ["Allow": allowed])
    }

    /// The root has none; of every other path an empty segment is one that no route has.
    private static func segments(of path: [UInt8]) -> [ArraySlice<UInt8>] {
        if path == [UInt8(ascii: "/")] { return [] }
        return path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    }

    private static func isParameter(_ segment: [UInt8]) -> Bool {
        segment.first == UInt8(ascii: "{") && segment.last == UInt8(ascii: "}")
    }

    private static func adding(_ route: Route, _ method: Method, _ segments: ArraySlice<[UInt8]>, to node: Node) -> Node {
        guard let segment = segments.first else {
            precondition(node.routes[method] == nil, "\(method.rawValue) \(route.pattern) is there twice")
            return Node(literals: node.literals, parameter: node.parameter, routes: node.routes.merging([method: route]) { $1 })
        }
        let empty = Node(literals: [:], parameter: nil, routes: [:])
        if isParameter(segment) {
            let child = adding(route, method, segments.dropFirst(), to: node.parameter ?? empty)
            return Node(literals: node.literals, parameter: child, routes: node.routes)
        }
        let child = adding(route, method, segments.dropFirst(), to: node.literals[segment] ?? empty)
        return Node(literals: node.literals.merging([segment: child]) { $1 }, parameter: node.parameter, routes: node.routes)
    }
}
