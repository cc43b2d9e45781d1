package import HTTPKit

extension Router {
    /// What the routes answer, without a socket.
    package func answer(_ request: Request) async -> Response {
        switch reply(to: request).reply {
        case .now(let response): return response
        case .later(let later): return await later()
        }
    }
}
