import Contracts
import HTTPKit
import Nhss
import ServiceKit
import Store
import Testing

@testable import PartnerMMS

/// Who may administer is asked before anything else happens, and the store is told who it was.
@Suite struct AdminCallerTests {
    static let operations = AdminOperation.all(in: OpenAPIDocument.json)
    let store = InMemoryBindingStore()

    private func answer(_ caller: AdministratorDouble, _ request: Request) async -> Response {
        await AdminRoutes(store).router(asking: caller).router.answer(request)
    }

    @Test func `every operation is tried`() { #expect(Self.operations.count == 10) }

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

    @Test(arguments: ["ftp://a", "http://", "https://a:x", "http://[1]", "http://u@a", "a.example"])
    func `an API root that is none is refused by its place`(root: String) async throws {
        let content = #"{"apiRoots":["https://a.example/x","\#(root)"]}"#
        let request = Request(
            method: .put, path: Array("/admin/v1/primary-systems/primary.example".utf8), fields: ["Content-Type": "application/json"],
            body: Array(content.utf8))
        let response = await answer(AdministratorDouble(), request)
        #expect(response.status == .badRequest)
        #expect(try JSONValue(response.body)["invalidParams"]?.array?.compactMap { $0["param"]?.string } == ["/apiRoots/1"])
    }

    @Test func `every change reaches the store with its author`() async throws {
        let system = "/admin/v1/primary-systems/primary.example"
        let binding = "/admin/v1/bindings/visitor1@partner.example"
        let content = """
            {"primaryImpi":"user1@primary.example","primarySystemId":"primary.example","services":["mcptt"],
             "publicIdentities":[{"partner":"sip:visitor1@partner.example","primary":"sip:user1@primary.example"}]}
            """
        let changes: [(HTTPKit.Method, String, String, Int)] = [
            (.put, system, #"{"apiRoots":["http://127.0.0.1:1"]}"#, 201), (.put, binding, content, 201), (.put, binding, content, 200),
            (.delete, binding, "", 204), (.delete, system, "", 204),
        ]
        for (number, (method, path, content, status)) in changes.enumerated() {
            let request = Request(method: method, path: Array(path.utf8), fields: ["Content-Type": "application/json"], body: Array(content.utf8))
            #expect(await answer(AdministratorDouble(Author("operator\(number)")), request).status.code == status)
        }
        #expect(store.authors.map(\.name) == (0..<5).map { "operator\($0)" })
    }
}
