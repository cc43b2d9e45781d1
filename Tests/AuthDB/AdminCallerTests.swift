import AKA
import Contracts
import HTTPKit
import Nhss
import ServiceKit
import Store
import Testing

@testable import AuthDB

/// Who may administer is asked before anything else happens, and the store is told who it was.
@Suite struct AdminCallerTests {
    static let operations = AdminOperation.all(in: OpenAPIDocument.json)
    let store = InMemorySubscriberStore()

    private func answer(_ caller: AdministratorDouble, _ request: Request) async throws -> Response {
        let centre = try AuthenticationCentre(random: SystemRandom())
        return await AdminRoutes(store, centre).router(asking: caller).router.answer(request)
    }

    @Test func `every operation is tried`() { #expect(Self.operations.count == 5) }

    @Test(arguments: operations, [Status.unauthorized, .forbidden])
    func `whoever is refused is told so, and the store is not asked`(_ operation: AdminOperation, _ status: Status) async throws {
        #expect(try await answer(AdministratorDouble(refusing: status), operation.request()).status == status)
        #expect(store.calls == 0)
    }

    @Test(arguments: operations) func `nothing happens before it is known who asks`(_ operation: AdminOperation) async throws {
        let caller = AdministratorDouble(isHeld: true)
        async let response = answer(caller, operation.request())
        while caller.asked == 0 { await Task.yield() }
        #expect(store.calls == 0)
        caller.release()
        #expect(try await response.status != .unauthorized)
        #expect(store.calls > 0)
        #expect(caller.asked == 1)
    }

    @Test func `every change reaches the store with its author`() async throws {
        let path = "/admin/v1/subscribers/user1@primary.example"
        let content = "{\"impus\":[\"sip:user1@primary.example\"],\"k\":\"\(Canary.k)\",\"opc\":\"\(Canary.opc)\"}"
        for (number, (method, content, status)) in [(HTTPKit.Method.put, content, 201), (.put, content, 200), (.delete, "", 204)].enumerated() {
            let request = Request(method: method, path: Array(path.utf8), fields: ["Content-Type": "application/json"], body: Array(content.utf8))
            #expect(try await answer(AdministratorDouble(Author("operator\(number)")), request).status.code == status)
        }
        #expect(store.authors.map(\.name) == (0..<3).map { "operator\($0)" })
    }
}
