import Nhss
import NhssHTTP

@testable import HTTPKit

/// Paths through a router with the patterns of the services: what is found for a path is found again for the path written anew from its
/// parameters.
enum RouterFuzzer {
    private static let router: Router = {
        var router = Router()
        router.on(.post, "/nhss-ims-ueau/v1/{impi}/security-information/generate-sip-auth-data", IMPI.self) { _, impi in
            answer("/nhss-ims-ueau/v1/{}/security-information/generate-sip-auth-data", impi.bytes)
        }
        router.on(.get, "/admin/v1/subscribers") { _ in answer("/admin/v1/subscribers") }
        router.on(.get, "/admin/v1/subscribers/{impi}", IMPI.self) { _, impi in answer("/admin/v1/subscribers/{}", impi.bytes) }
        router.on(.get, "/admin/v1/registrations/{impu}", IMPU.self) { _, impu in answer("/admin/v1/registrations/{}", impu.bytes) }
        router.on(.put, "/admin/v1/migration-authorisations/{impi}/{systemId}", IMPI.self, SystemID.self) { _, impi, system in
            answer("/admin/v1/migration-authorisations/{}/{}", impi.bytes, system.bytes)
        }
        router.on(.get, "/t/{text}/x", String.self) { _, text in answer("/t/{}/x", Array(text.utf8)) }
        router.on(.get, "/t/{text}/{more}", String.self, String.self) { _, text, more in
            answer("/t/{}/{}", Array(text.utf8), Array(more.utf8))
        }
        return router
    }()

    static func run(_ input: [UInt8]) {
        // No path that a server passes on has one: `RequestTarget` refuses it, bare and encoded.
        guard !input.contains(0) else { return }
        for method in [HTTPKit.Method.get, .post, .put, .head] {
            guard let found = body(method, input) else { continue }
            let again = body(method, found)
            require(again == found, "the path written anew leads to the same place: \(String(decoding: found, as: UTF8.self))")
        }
    }

    /// The path as the handler found it.
    private static func body(_ method: HTTPKit.Method, _ path: [UInt8]) -> [UInt8]? {
        let (reply, pattern) = router.reply(to: Request(method: method, path: path))
        guard case .now(let response) = reply else { fatalError("these handlers answer at once") }
        if response.status == .ok { return response.body }
        let problems: [Status] = pattern.isEmpty ? [.badRequest, .notFound, .methodNotAllowed] : [.badRequest]
        require(problems.contains(response.status), "a router's problems are these three, and once it has a route only a parameter can be wrong")
        _ = mustNotThrow("a problem is JSON") { try JSONValue(response.body) }
        return nil
    }

    /// The path written anew: each `{}` is the next of `values`.
    private static func answer(_ pattern: String, _ values: [UInt8]...) -> Reply {
        var rest = values[...]
        let segments = pattern.split(separator: "/").map { $0 == "{}" ? PercentCoding.encodeSegment(rest.removeFirst()) : String($0) }
        return .now(Response(.ok, body: Array(segments.map { "/" + $0 }.joined().utf8)))
    }
}
