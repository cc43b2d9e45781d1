import Contracts
import HTTPKit
import Nhss
import ServiceKit
import Store
import Testing

@testable import SipCoreStub

/// Who may administer is asked before anything else happens.
@Suite struct AdminCallerTests {
    static let operations = AdminOperation.all(in: OpenAPIDocument.json)

    @Test func `every operation is tried`() { #expect(Self.operations.count == 3) }

    @Test(arguments: operations, [Status.unauthorized, .forbidden])
    func `whoever is refused is told so, and nobody's registration ends`(_ operation: AdminOperation, _ status: Status) async throws {
        let laboratory = try RegistrarLaboratory()
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200)
        let caller = AdministratorDouble(refusing: status)
        let routes = AdminRoutes(laboratory.registrar).router(asking: caller)
        let request = Request(method: operation.method, path: Array("\(AdminRoutes.path)/\(laboratory.user.impu.text)".utf8))
        for request in [operation.request(), request] { #expect(await routes.router.answer(request).status == status) }
        #expect(await laboratory.registrar.registrations(after: nil, countMax: 10).count == 1)
    }

    @Test func `nobody's registration ends before it is known who asks`() async throws {
        let laboratory = try RegistrarLaboratory()
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200)
        let caller = AdministratorDouble(isHeld: true)
        let routes = AdminRoutes(laboratory.registrar).router(asking: caller)
        let request = Request(method: .delete, path: Array("\(AdminRoutes.path)/\(laboratory.user.impu.text)".utf8))
        async let response = routes.router.answer(request)
        while caller.asked == 0 { await Task.yield() }
        #expect(await laboratory.registrar.registrations(after: nil, countMax: 10).count == 1)
        caller.release()
        #expect(await response.status == .noContent)
        #expect(await laboratory.registrar.registrations(after: nil, countMax: 10).count == 0)
    }
}
