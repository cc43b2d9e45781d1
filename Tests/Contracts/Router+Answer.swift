package import HTTPKit

extension Router {
    /// What the routes answer, without a socket.
    package func answer(_ request: Request) async -> Response {
        switch match(request) {
        case .problem(let problem): return problem.response
        case .route(_, let call):
            switch call() {
            case .now(let response): return response
            case .later(let later): return await later()
            }
        }
    }
}
