import Base
import Contracts
import Nhss
import SQLiteStore
import ServiceKit
import Store
import Testing

@testable import PartnerMMS

@Suite struct BindingStoreTests {
    @Test func `a binding is read as it was written`() async throws {
        let laboratory = try await BindingLaboratory()
        #expect(try await laboratory.store.binding(of: laboratory.away)?.record == laboratory.binding())
        await laboratory.close()
    }

    @Test func `no identity of either side is in two bindings`() async throws {
        let laboratory = try await BindingLaboratory()
        let other = try IMPI("other@partner.example")
        let otherHome = try IMPI("other@primary.example")
        let fresh = Binding.PublicIdentity(partner: try IMPU("sip:other@partner.example"), primary: try IMPU("sip:other@primary.example"))
        func conflict(_ primaryImpi: IMPI, _ identity: Binding.PublicIdentity) async throws -> String? {
            let binding = Binding(
                partnerImpi: other, primaryImpi: primaryImpi, primarySystemID: laboratory.primary, publicIdentities: [identity], services: ["mcptt"],
                validity: Validity(), enabled: true)
            if case .conflict(let param, _) = try await laboratory.store.put(binding, .unconditional) { return param }
            return nil
        }
        #expect(try await conflict(laboratory.homeIMPI, fresh) == "/primaryImpi")
        #expect(try await conflict(otherHome, .init(partner: laboratory.awayPublic, primary: fresh.primary)) == "/publicIdentities")
        #expect(try await conflict(otherHome, .init(partner: fresh.partner, primary: laboratory.homePublic)) == "/publicIdentities")
        #expect(try await laboratory.store.binding(of: other) == nil, "nothing of a refused binding stays")
        #expect(try await conflict(otherHome, fresh) == nil)
        await laboratory.close()
    }

    @Test func `a binding leads to a primary system that is known, and keeps it from being deleted`() async throws {
        let laboratory = try await BindingLaboratory()
        let unknown = Binding(
            partnerImpi: laboratory.away, primaryImpi: laboratory.homeIMPI, primarySystemID: try SystemID("unknown.example"),
            publicIdentities: laboratory.binding().publicIdentities, services: ["mcptt"], validity: Validity(), enabled: true)
        guard case .conflict(let param, _) = try await laboratory.store.put(unknown, .unconditional) else {
            Issue.record("a binding to an unknown system is taken")
            return
        }
        #expect(param == "/primarySystemId")
        #expect(try await laboratory.store.binding(of: laboratory.away)?.record == laboratory.binding(), "the old binding is still there")
        guard case .conflict = try await laboratory.store.deletePrimarySystem(laboratory.primary, .unconditional) else {
            Issue.record("a primary system is deleted under a binding")
            return
        }
        await laboratory.close()
    }

    @Test func `a change whose precondition fails changes nothing`() async throws {
        let laboratory = try await BindingLaboratory()
        guard case .preconditionFailed = try await laboratory.store.put(laboratory.binding(enabled: false), .forbidden) else {
            Issue.record("the precondition was not asked")
            return
        }
        #expect(try await laboratory.store.binding(of: laboratory.away)?.record.enabled == true)
        await laboratory.close()
    }

    @Test func `every change has an entity tag of its own, also after a deletion`() async throws {
        let laboratory = try await BindingLaboratory()
        var tags: [String] = []
        for _ in 0..<3 {
            if case .replaced(let stored) = try await laboratory.store.put(laboratory.binding(), .unconditional) {
                tags.append(stored.stamp.entityTag.description)
            }
        }
        guard case .deleted = try await laboratory.store.deleteBinding(of: laboratory.away, .unconditional) else {
            Issue.record("not deleted")
            return
        }
        if case .created(let stored) = try await laboratory.store.put(laboratory.binding(), .creating) {
            tags.append(stored.stamp.entityTag.description)
        }
        #expect(tags.count == 4 && Set(tags).count == 4)
        await laboratory.close()
    }

    @Test func `a route that was read before follows every change as soon as that is answered`() async throws {
        let laboratory = try await BindingLaboratory()
        let store = laboratory.store
        for enabled in [true, false, true] {
            try await laboratory.bind(enabled: enabled)
            for _ in 0..<2 { #expect(try await store.route(of: laboratory.away)?.binding.enabled == enabled) }
            _ = try await store.put(PrimarySystem(systemID: laboratory.primary, apiRoots: ["http://127.0.0.1:1"], enabled: !enabled), .unconditional)
            for _ in 0..<2 { #expect(try await store.route(of: laboratory.away)?.system.enabled == !enabled) }
        }
        _ = try await store.deleteBinding(of: laboratory.away, .unconditional)
        #expect(try await store.route(of: laboratory.away) == nil)
        await laboratory.close()
    }
}
