import Contracts
import HTTPKit
import Nhss
import ServiceKit
import Store
import Testing

@testable import PartnerMMS

@Suite struct AdminEditingTests {
    let store = InMemoryBindingStore()
    let router: Router
    static let binding = "/admin/v1/bindings/visitor+1@partner.example"
    static let least = """
        "primaryImpi":"user1@primary.example","primarySystemId":"primary.example","services":["mcptt"],
        "publicIdentities":[{"partner":"tel:+4915","primary":"sip:user1@primary.example"}]
        """

    init() async throws {
        router = AdminRoutes(store).router(asking: LocalAdministrator()).router
        _ = try await store.put(
            PrimarySystem(systemID: try SystemID("primary.example"), apiRoots: ["http://127.0.0.1:1"], enabled: true), .unconditional)
    }

    @Test func `a binding keeps what every record keeps for those who edit it`() async {
        let content = Self.least + #","notBefore":"2026-01-01T00:00:00Z","notAfter":"2027-01-01T00:00:00Z""#
        #expect(await AdminEditing(router, Self.binding, content: content, least: Self.least, bounds: ["notBefore", "notAfter"]).breaches() == [])
    }

    @Test func `a primary system keeps what every record keeps for those who edit it`() async {
        let content = #""apiRoots":["http://127.0.0.1:2"]"#
        #expect(await AdminEditing(router, "/admin/v1/primary-systems/second.example", content: content, least: content).breaches() == [])
    }

    @Test(arguments: [
        (#"["127.0.0.1:1"]"#, ["/apiRoots/0"]), (#"["http://a:1","ftp://b:1","http://c:1","http://"]"#, ["/apiRoots/1", "/apiRoots/3"]),
        (#"["","ftp://b"]"#, ["/apiRoots/0", "/apiRoots/1"]), (#"[7,"http://a:1",null,"x"]"#, ["/apiRoots/0", "/apiRoots/2", "/apiRoots/3"]),
        ("[]", ["/apiRoots"]), (#""http://a:1""#, ["/apiRoots"]), ("null", ["/apiRoots"]),
    ])
    func `what is wrong with the roots of a system is named by its place`(roots: String, params: [String]) async throws {
        let put = Request(
            method: .put, path: Array("/admin/v1/primary-systems/second.example".utf8), fields: ["Content-Type": "application/json"],
            body: Array(#"{"apiRoots":\#(roots)}"#.utf8))
        let response = await router.answer(put)
        #expect(response.status == .badRequest)
        #expect(try JSONValue(response.body)["invalidParams"]?.array?.compactMap { $0["param"]?.string } == params)
    }

    @Test func `lists are filtered, and what is misspelt is refused`() async throws {
        let put = Request(
            method: .put, path: Array(Self.binding.utf8), fields: ["Content-Type": "application/json"], body: Array("{\(Self.least)}".utf8))
        #expect(await router.answer(put).status == .created)
        func listed(_ query: String, _ path: String = "/admin/v1/bindings") async throws -> Int {
            let response = await router.answer(Request(method: .get, path: Array(path.utf8), query: Array(query.utf8)))
            return try JSONValue(response.body).object?.members.first?.value.array?.count ?? response.status.code
        }
        for query in [
            "primaryImpi=user1@PRIMARY.example", "impu=tel:+4915", "impu=sip:user1@primary.example", "enabled=true",
            "primarySystemId=primary.example",
        ] {
            #expect(try await listed(query) == 1, "\(query)")
        }
        for query in [
            "primaryImpi=User1@primary.example", "impu=tel:%2B49", "enabled=false", "primarySystemId=x.example", "enabled=true&impu=tel:%2B1",
        ] {
            #expect(try await listed(query) == 0, "\(query)")
        }
        for query in ["primaryImpl=user1@primary.example", "primaryImpi=user1", "enabled=1", "impu=user1"] {
            #expect(try await listed(query) == 400, "\(query)")
        }
        #expect(try await listed("enabled=true", "/admin/v1/primary-systems") == 1)
        #expect(try await listed("enabled=false", "/admin/v1/primary-systems") == 0)
        #expect(try await listed("impu=tel:%2B1", "/admin/v1/primary-systems") == 400)
    }
}
