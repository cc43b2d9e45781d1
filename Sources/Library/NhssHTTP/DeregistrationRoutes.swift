package import HTTPKit
package import Nhss
internal import SBI

/// Takes the notices of the next hop that users are shut out (the deregistration callback of Nhss_imsUECM, TS 29.562 §5.2).
package struct DeregistrationRoutes<Callers: CallerIdentification<SystemID?>>: Sendable {
    /// What becomes of the notice: 204, or the problem.
    package typealias Handler = @Sendable (DeregistrationNotice, SystemID?) async throws(Problem) -> Void

    private let callers: Callers
    private let handler: Handler

    package init(identifying callers: Callers, _ handler: @escaping Handler) {
        self.callers = callers
        self.handler = handler
    }

    package func add(to router: inout Router) { router.on(.post, DeregistrationPath.text, handler: reply) }

    private func reply(_ request: Request) throws(Problem) -> Reply { .later { [self] in await answer(request) } }

    private func answer(_ request: Request) async -> Response {
        do throws(Problem) {
            let caller = try await callers.caller(of: request)
            guard request.hasMediaType(NhssOperation.mediaType) else {
                throw Problem(
                    .unsupportedMediaType, detail: "the body must be \(NhssOperation.mediaType)", fields: ["Accept": NhssOperation.mediaType])
            }
            let notice: DeregistrationNotice
            do throws(JSONError) { notice = try DeregistrationNotice(json: request.body) } catch {
                throw Problem(error, mandatory: ["impi", "deregReason"])
            }
            try await handler(notice, caller)
            return Response(.noContent, fields: ["Cache-Control": "no-store"])
        } catch { return error.response }
    }
}

/// The path of the callback below a service's root.
package enum DeregistrationPath {
    package static let text = "/nhss-ims-uecm-callback/v1/deregistrations"
}
