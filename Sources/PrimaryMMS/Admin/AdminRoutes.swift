internal import Base
internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import ServiceKit
internal import Store

/// `/admin/v1/partner-systems`, `/migration-authorisations` and `/authentication-status`: what the operator provisions and sees.
struct AdminRoutes {
    static let statusPath = "/admin/v1/authentication-status"

    private let store: any AuthorisationStore
    private let status: AuthenticationStatusRecorder
    private let names: PartnerNames

    init(_ store: any AuthorisationStore, names: PartnerNames, status: AuthenticationStatusRecorder) {
        self.store = store
        self.names = names
        self.status = status
    }

    func router(asking identification: any CallerIdentification<Author>) -> AdminRouter {
        var routes = AdminRouter(asking: identification)
        routes.add(PartnerSystemResource(store: store, names: names), "{systemId}", SystemID.self) { $0 }
        routes.add(AuthorisationResource(store: store), "{impi}/{systemId}", IMPI.self, SystemID.self) { AuthorisationKey(impi: $0, systemID: $1) }
        routes.on(.get, AdminRoutes.statusPath + "/{impi}", IMPI.self, handler: readStatus)
        return routes
    }

    private func readStatus(_ call: AdminCall, _ impi: IMPI) async throws(Problem) -> Response {
        let entries = try await AdminAnswer.asking(try await status.status(of: impi))
        guard !entries.isEmpty else { throw AdminAnswer.notFound }
        let json = AdminRoutes.json(impi, entries)
        return try AdminAnswer.read(json, ETag(content: json), for: call.request)
    }

    private static func json(_ impi: IMPI, _ entries: [AuthenticationStatusEntry]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("impi", impi.text)
        writer.member("authentications")
        writer.beginArray()
        for entry in entries {
            writer.beginObject()
            writer.member("systemId", entry.systemID.text)
            writer.member("result", entry.result)
            if let cause = entry.cause.flatMap(AuthFailure.Code.init(rawValue:)) { writer.member("cause", AuthFailure(cause, "").cause) }
            writer.member("at", entry.at.description)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
