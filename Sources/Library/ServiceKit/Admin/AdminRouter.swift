package import HTTPKit
package import Store

/// The routes of the admin listener. Each one asks who sent the request, and has no effect where that is refused.
///
///     var routes = AdminRouter(asking: service.administrators)
///     routes.on(.get, "/admin/v1/authentication-status/{impi}", IMPI.self, handler: readStatus)
///     routes.add(BindingResource(store), "{partnerImpi}", IMPI.self) { $0 }
package struct AdminRouter: Sendable {
    /// All routes. What is added here directly, such as `/livez`, answers everybody.
    package var router = Router()
    private let identification: any CallerIdentification<Author>

    package init(asking identification: any CallerIdentification<Author>) { self.identification = identification }

    /// Adds a route for administrators: see `Router.on`.
    ///
    /// - Parameter query: the names of the query parameters that the handler reads; any other is refused.
    package mutating func on<each Parameter: PathParameter>(
        _ method: Method, _ pattern: String, _ types: repeat (each Parameter).Type, query: [String] = [],
        handler: @escaping @Sendable (AdminCall, repeat each Parameter) async throws(Problem) -> Response
    ) {
        router.on(method, pattern, repeat (each Parameter).self) { [identification] (request, parameter: repeat each Parameter) throws(Problem) in
            .later {
                do throws(Problem) {
                    let author = try await identification.caller(of: request)
                    try request.refuseQuery(otherThan: query)
                    return try await handler(AdminCall(request, by: author), repeat each parameter)
                } catch { return error.response }
            }
        }
    }
}
