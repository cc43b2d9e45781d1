import Base
import Contracts
import HTTPKit
import Nhss
import ServiceKit
import Store
import Testing

@testable import PrimaryMMS

/// Who may administer is asked before anything else happens, and the store is told who it was.
@Suite struct AdminCallerTests {
    static let operations = AdminOperation.all(in: OpenAPIDocument.json)
    let store = InMemoryAuthorisationStore()

    private func answer(_ caller: AdministratorDouble, _ request: Request) async -> Response {
        let routes = AdminRoutes(store, names: PartnerNames(store), status: AuthenticationStatusRecorder(store: store)).router(asking: caller)
        return await routes.router.answer(request)
    }

    @Test func `every operation is tried`() { #expect(Self.operations.count == 11) }

    @Test(arguments: operations, [Status.unauthorized, .forbidden])
    func `whoever is refused is told so, and the store is not asked`(_ operation: AdminOperation, _ status: Status) async {
        #expect(await answer(AdministratorDouble(refusing: status), operation.request()).status == status)
        #expect(store.calls == 0)
    }

    @Test(arguments: operations) func `nothing happens before it is known who asks`(_ operation: AdminOperation) async {
        let caller = AdministratorDouble(isHeld: true)
        async let response = answer(caller, operation.request())
        while caller.asked == 0 { await Task.yield() }
        #expect(store.calls == 0)
        caller.release()
        #expect(await response.status != .unauthorized)
        #expect(store.calls > 0)
        #expect(caller.asked == 1)
    }

    @Test(arguments: [
        (AuthFailure.Code.migrationNotAllowed, "MIGRATION_NOT_ALLOWED"), (.tooManyRequests, "NF_CONGESTION_RISK"), (.timedOut, "TIMED_OUT_REQUEST"),
    ])
    func `the status of a user gives the cause that the partner was given`(code: AuthFailure.Code, cause: String) async throws {
        let status = AuthenticationStatusRecorder(store: store)
        let user = try IMPI("user1@primary.example")
        status.note(.refused(AuthFailure(code, "")), user, in: try SystemID("partner.example"), at: .now())
        let routes = AdminRoutes(store, names: PartnerNames(store), status: status).router(asking: AdministratorDouble())
        let response = await routes.router.answer(Request(method: .get, path: Array("\(AdminRoutes.statusPath)/\(user)".utf8)))
        let entry = try JSONValue(response.body)["authentications"]?.array?.first
        #expect(entry?["result"]?.string == "REFUSED" && entry?["cause"]?.string == cause)
    }

    @Test func `every change reaches the store with its author`() async throws {
        let system = "/admin/v1/partner-systems/partner.example"
        let authorisation = "/admin/v1/migration-authorisations/user1@primary.example/partner.example"
        let changes: [(HTTPKit.Method, String, String, Int)] = [
            (.put, system, "{}", 201), (.put, authorisation, #"{"services":["mcptt"]}"#, 201),
            (.put, authorisation, #"{"services":["mcdata"]}"#, 200), (.delete, authorisation, "", 204), (.delete, system, "", 204),
        ]
        for (number, (method, path, content, status)) in changes.enumerated() {
            let request = Request(method: method, path: Array(path.utf8), fields: ["Content-Type": "application/json"], body: Array(content.utf8))
            #expect(await answer(AdministratorDouble(Author("operator\(number)")), request).status.code == status)
        }
        #expect(store.authors.map(\.name) == (0..<5).map { "operator\($0)" })
    }
}
