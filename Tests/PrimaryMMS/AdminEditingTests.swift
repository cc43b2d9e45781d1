import Contracts
import HTTPKit
import Nhss
import ServiceKit
import Store
import Testing

@testable import PrimaryMMS

@Suite struct AdminEditingTests {
    let store = InMemoryAuthorisationStore()
    let router: Router

    init() async throws {
        router =
            AdminRoutes(store, names: PartnerNames(store), status: AuthenticationStatusRecorder(store: store))
            .router(asking: LocalAdministrator()).router
        let partner = PartnerSystem(systemID: try SystemID("partner.example"), certificateNames: [], rateLimit: nil, enabled: true)
        _ = try await store.put(partner, .unconditional)
    }

    @Test func `an authorisation keeps what every record keeps for those who edit it`() async {
        let least = #""services":["mcptt"]"#
        let content = least + #","notBefore":"2026-01-01T00:00:00Z","notAfter":"2027-01-01T00:00:00Z""#
        let editing = AdminEditing(
            router, "/admin/v1/migration-authorisations/user+1@primary.example/partner.example", content: content, least: least,
            bounds: ["notBefore", "notAfter"])
        #expect(await editing.breaches() == [])
    }

    @Test func `a partner system keeps what every record keeps for those who edit it`() async {
        let editing = AdminEditing(
            router, "/admin/v1/partner-systems/second.example", content: #""rateLimit":5,"certificateNames":["c.example"]"#,
            least: #""certificateNames":[]"#, bounds: ["rateLimit"])
        #expect(await editing.breaches() == [])
    }

    @Test func `lists are filtered, and what is misspelt is refused`() async throws {
        let path = "/admin/v1/migration-authorisations/user1@primary.example/partner.example"
        let content = Array(#"{"services":["mcptt"],"enabled":false}"#.utf8)
        let put = Request(method: .put, path: Array(path.utf8), fields: ["Content-Type": "application/json"], body: content)
        #expect(await router.answer(put).status == .created)
        func listed(_ query: String, _ path: String = "/admin/v1/migration-authorisations") async throws -> Int {
            let response = await router.answer(Request(method: .get, path: Array(path.utf8), query: Array(query.utf8)))
            return try JSONValue(response.body).object?.members.first?.value.array?.count ?? response.status.code
        }
        for query in ["impi=user1@primary.example", "systemId=PARTNER.example", "enabled=false", "enabled=false&impi=user1@primary.example"] {
            #expect(try await listed(query) == 1, "\(query)")
        }
        for query in ["impi=user2@primary.example", "systemId=x.example", "enabled=true", "enabled=true&impi=user1@primary.example"] {
            #expect(try await listed(query) == 0, "\(query)")
        }
        for query in ["IMPI=user1@primary.example", "systemId=a_b", "enabled=", "offset=1", "cursor=7573657231"] {
            #expect(try await listed(query) == 400, "\(query)")
        }
        #expect(try await listed("enabled=true", "/admin/v1/partner-systems") == 1)
        #expect(try await listed("enabled=false", "/admin/v1/partner-systems") == 0)
    }
}
