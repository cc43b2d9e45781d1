import Contracts
import HTTPKit
import Store
import Testing

@testable import ServiceKit

@Suite struct AdminRouterTests {
    private func routes(_ caller: AdministratorDouble) -> AdminRouter {
        var routes = AdminRouter(asking: caller)
        routes.on(.get, "/admin/v1/who") { (call) async throws(Problem) in AdminAnswer.ok(Array(call.author.name.utf8)) }
        routes.router.on(.get, "/open") { _ throws(Problem) in .now(.text(.ok, "open")) }
        return routes
    }

    private func get(_ path: String, _ caller: AdministratorDouble) async -> Response {
        await routes(caller).router.answer(Request(method: .get, path: Array(path.utf8)))
    }

    @Test func `a handler is told who asks`() async {
        #expect(await get("/admin/v1/who", AdministratorDouble(Author("alice"))).text == "alice\n")
        #expect(await get("/admin/v1/who", AdministratorDouble(LocalAdministrator.author)).text == "local\n")
    }

    @Test(arguments: [Status.unauthorized, .forbidden]) func `whoever is refused reaches no handler`(status: Status) async {
        #expect(await get("/admin/v1/who", AdministratorDouble(refusing: status)).status == status)
    }

    @Test func `open routes answer everybody and ask nothing`() async {
        let caller = AdministratorDouble(refusing: .unauthorized)
        #expect(await get("/open", caller).text == "open")
        #expect(caller.asked == 0)
    }
}
