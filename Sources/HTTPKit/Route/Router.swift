internal import Glibc

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
        /// The same as `literals`: they are few, and looking at each costs less than a hash of the segment.
        private let children: [(segment: [UInt8], node: Node)]

        init(literals: [[UInt8]: Node], parameter: Node?, routes: [Method: Route]) {
            self.literals = literals
            self.parameter = parameter
            self.routes = routes
            children = literals.map { ($0.key, $0.value) }
        }

        func literal(_ segment: UnsafeBufferPointer<UInt8>) -> Node? {
            for child in children where child.segment.count == segment.count {
                let isSame = child.segment.withUnsafeBufferPointer { memcmp($0.baseAddress.unsafelyUnwrapped, segment.baseAddress.unsafelyUnwrapped, segment.count) == 0 }
                if isSame { return child.node }
            }
            return nil
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
        do throws(Problem) {
            let (route, values) = try find(request)
            return .route(pattern: route.pattern) {
                do throws(Problem) { return try route.handle(request, values) } catch { return .now(error.response) }
            }
        } catch { return .problem(error) }
    }

    /// What the request's handler says, or why there is none; with the route's pattern, empty where no route matched.
    func reply(to request: Request) -> (route: String, Reply) {
        var pattern = ""
        do throws(Problem) {
            let (route, values) = try find(request)
            pattern = route.pattern
            return (pattern, try route.handle(request, values))
        } catch { return (pattern, .now(error.response)) }
    }

    private func find(_ request: Request) throws(Problem) -> (Route, [[UInt8]]) {
        var values: [[UInt8]] = []
        var node = root
        node = try request.path.withUnsafeBufferPointer { (path) throws(Problem) in try Router.walk(path, from: root, &values) }
        guard !node.routes.isEmpty else { throw Router.notFound }
        guard let route = node.routes[request.method] ?? (request.method == .head ? node.routes[.get] : nil) else {
            throw Router.methodNotAllowed(node.routes.keys)
        }
        return (route, values)
    }

    private static let notFound = Problem(.notFound, detail: "no such resource", cause: "RESOURCE_URI_STRUCTURE_NOT_FOUND")

    private static func methodNotAllowed(_ methods: some Collection<Method>) -> Problem {
        var names = Set(methods.map(\.rawValue))
        if names.contains("GET") { names.insert("HEAD") }
        let allowed = names.sorted().joined(separator: ", ")
        return Problem(.methodNotAllowed, detail: "this resource takes \(allowed)", fields: ["Allow": allowed])
    }

    /// Segment by segment to the node of the path. The root has no segments; of every other path an empty one is one that no route has.
    private static func walk(_ path: UnsafeBufferPointer<UInt8>, from root: Node, _ values: inout [[UInt8]]) throws(Problem) -> Node {
        var node = root
        guard path.first == UInt8(ascii: "/") else { throw Router.notFound }
        if path.count == 1 { return root }
        var start = 1
        while true {
            var end = start
            var isEncoded = false
            while end < path.count, path[end] != UInt8(ascii: "/") {
                if path[end] == UInt8(ascii: "%") { isEncoded = true }
                end += 1
            }
            let segment = UnsafeBufferPointer(rebasing: path[start..<end])
            node = isEncoded ? try step(decoding: segment, from: node, &values) : try step(segment, from: node, &values)
            guard end < path.count else { return node }
            start = end + 1
        }
    }

    private static func step(_ segment: UnsafeBufferPointer<UInt8>, from node: Node, _ values: inout [[UInt8]]) throws(Problem) -> Node {
        guard !segment.isEmpty else { throw Router.notFound }
        if let literal = node.literal(segment) { return literal }
        guard let parameter = node.parameter else { throw Router.notFound }
        values.append(Array(segment))
        return parameter
    }

    private static func step(decoding segment: UnsafeBufferPointer<UInt8>, from node: Node, _ values: inout [[UInt8]]) throws(Problem) -> Node {
        guard let decoded = PercentCoding.decode(segment) else {
            throw Problem(.badRequest, detail: "the path is not percent-encoded correctly", cause: "INVALID_API")
        }
        return try decoded.withUnsafeBufferPointer { (decoded) throws(Problem) in try step(decoded, from: node, &values) }
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
