internal import AKA
internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import ServiceKit
internal import Store

/// `/admin/v1/subscribers/{impi}`. What a request says of a subscriber is a change of the one that is there: the keys and the sequence number may
/// be left out, and only the store knows what they are.
struct SubscriberResource: AdminResource {
    static let path = "/admin/v1/subscribers"
    static let listMember = "subscribers"
    static let filters = ["impu", "enabled"]

    let store: any SubscriberStore
    let centre: AuthenticationCentre
    var onEvent: @Sendable (VectorIssuer.Event) -> Void = { _ in }

    func segments(of subscriber: Subscriber) -> [String] { [subscriber.impi.text] }

    func entityTag(_ stored: Stored<Subscriber>) -> ETag { stored.entityTag }

    func selection(after cursor: String?, _ request: Request) throws(Problem) -> SubscriberSelection {
        SubscriberSelection(
            after: cursor ?? "", impu: try request.queryValue("impu", IMPU.self), enabled: try request.queryBool("enabled"))
    }

    func records(_ selection: SubscriberSelection, countMax: Int) async throws(StoreFailure) -> [Stored<Subscriber>] {
        try await store.subscribers(selection, limit: countMax)
    }

    func record(_ impi: IMPI) async throws(StoreFailure) -> Stored<Subscriber>? { try await store.subscriber(impi) }

    func draft(_ body: inout AdminBody, at impi: IMPI, replacing current: Stored<Subscriber>?) throws(Problem) -> SubscriberChange {
        try SubscriberChange(impi, &body, replacing: current?.record, centre)
    }

    func put(_ subscriber: SubscriberChange, _ change: Change) async throws(StoreFailure) -> PutOutcome<Subscriber> {
        let outcome = try await store.put(subscriber, change)
        switch outcome {
        case .created(let stored), .replaced(let stored):
            if subscriber.sqn != .kept, stored.record.sqn.isNearEnd { onEvent(.nearEnd(stored.record.impi)) }
        case .preconditionFailed, .conflict, .invalid: break
        }
        return outcome
    }

    func delete(_ impi: IMPI, _ change: Change) async throws(StoreFailure) -> DeleteOutcome { try await store.deleteSubscriber(impi, change) }

    func json(_ stored: Stored<Subscriber>) -> [UInt8] {
        let subscriber = stored.record
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("impi", subscriber.impi.text)
        writer.member("impus")
        writer.beginArray()
        for impu in subscriber.impus {
            guard subscriber.barredImpus.contains(impu) else {
                writer.string(impu.text)
                continue
            }
            writer.beginObject()
            writer.member("impu", impu.text)
            writer.member("barred", true)
            writer.endObject()
        }
        writer.endArray()
        writer.member("algorithm", subscriber.algorithm.rawValue)
        writer.member("amf")
        writer.hex(subscriber.amf.octets)
        writer.member("enabled", subscriber.enabled)
        writer.member("keyCheckValue", subscriber.keyCheckValue)
        writer.member("currentSqn")
        writer.hex(subscriber.sqn.octets)
        writer.members(of: stored.stamp)
        writer.endObject()
        return writer.bytes
    }
}
