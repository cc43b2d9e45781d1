internal import Chain
internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import ServiceKit
internal import Store

/// `/admin/v1/bindings/{partnerImpi}`
struct BindingResource: AdminResource {
    static let path = "/admin/v1/bindings"
    static let listMember = "bindings"
    static let filters = ["primaryImpi", "primarySystemId", "impu", "enabled"]
    private static let identitiesMax = 32

    let store: any BindingStore

    func segments(of binding: Binding) -> [String] { [binding.partnerImpi.text] }

    func selection(after cursor: String?, _ request: Request) throws(Problem) -> BindingSelection {
        BindingSelection(
            after: cursor ?? "", primaryImpi: try request.queryValue("primaryImpi", IMPI.self),
            primarySystemID: try request.queryValue("primarySystemId", SystemID.self), impu: try request.queryValue("impu", IMPU.self),
            enabled: try request.queryBool("enabled"))
    }

    func records(_ selection: BindingSelection, countMax: Int) async throws(StoreFailure) -> [Stored<Binding>] {
        try await store.bindings(selection, limit: countMax)
    }

    func record(_ partnerImpi: IMPI) async throws(StoreFailure) -> Stored<Binding>? { try await store.binding(of: partnerImpi) }

    func draft(_ body: inout AdminBody, at partnerImpi: IMPI, replacing current: Stored<Binding>?) throws(Problem) -> Binding {
        body.pathMember("partnerImpi") { (try? IMPI($0)) == partnerImpi }
        let primaryImpi = body.value("primaryImpi", IMPI.self)
        let systemID = body.value("primarySystemId", SystemID.self)
        let identities = body.objects("publicIdentities", countMax: BindingResource.identitiesMax) { body -> Binding.PublicIdentity? in
            guard let partner = body.value("partner", IMPU.self), let primary = body.value("primary", IMPU.self) else { return nil }
            // What a PUT leaves out is never switched on.
            let wasBarred = current?.record.publicIdentities.first { $0.partner == partner }?.isBarred ?? false
            return Binding.PublicIdentity(partner: partner, primary: primary, isBarred: body.bool("barred", default: wasBarred))
        }
        if Set(identities.map(\.partner)).count < identities.count || Set(identities.map(\.primary)).count < identities.count {
            body.note("publicIdentities", "names an identity twice")
        }
        let services = body.services()
        let validity = body.validity(replacing: current?.record.validity)
        let enabled = body.enabled(replacing: current?.record.enabled)
        body.stamp()
        try body.finish()
        guard let primaryImpi, let systemID else { throw Problem(.badRequest) }
        return Binding(
            partnerImpi: partnerImpi, primaryImpi: primaryImpi, primarySystemID: systemID, publicIdentities: identities, services: services,
            validity: validity, enabled: enabled)
    }

    func put(_ binding: Binding, _ change: Change) async throws(StoreFailure) -> PutOutcome<Binding> { try await store.put(binding, change) }

    func delete(_ partnerImpi: IMPI, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        try await store.deleteBinding(of: partnerImpi, change)
    }

    func json(_ stored: Stored<Binding>) -> [UInt8] {
        let binding = stored.record
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("partnerImpi", binding.partnerImpi.text)
        writer.member("primaryImpi", binding.primaryImpi.text)
        writer.member("primarySystemId", binding.primarySystemID.text)
        writer.member("publicIdentities")
        writer.beginArray()
        for identity in binding.publicIdentities {
            writer.beginObject()
            writer.member("partner", identity.partner.text)
            writer.member("primary", identity.primary.text)
            writer.member("barred", identity.isBarred)
            writer.endObject()
        }
        writer.endArray()
        writer.member("services", binding.services)
        writer.members(of: binding.validity)
        writer.member("enabled", binding.enabled)
        writer.members(of: stored.stamp)
        writer.endObject()
        return writer.bytes
    }
}
