internal import AKA
internal import HTTPKit
internal import Nhss
internal import ServiceKit
internal import Store

/// `/admin/v1/subscribers/{impi}`. What a request says of a subscriber is a change of the one that is there: the keys and the sequence number may
/// be left out, and only the store knows what they are.
struct SubscriberResource: AdminResource {
    static let path = "/admin/v1/subscribers"
    static let listMember = "subscribers"
    /// `currentSqn` goes on with every vector, and the entity tag, which guards what an operator writes, does not.
    static let isAlwaysReadInFull = true

    let store: any SubscriberStore
    let centre: AuthenticationCentre

    func segments(of subscriber: Subscriber) -> [String] { [subscriber.impi.text] }

    func records(_ cursor: String, countMax: Int) async throws(StoreFailure) -> [Stored<Subscriber>] {
        try await store.subscribers(after: cursor, limit: countMax)
    }

    func record(_ impi: IMPI) async throws(StoreFailure) -> Stored<Subscriber>? { try await store.subscriber(impi) }

    func draft(_ body: inout AdminBody, at impi: IMPI, replacing current: Stored<Subscriber>?) throws(Problem) -> SubscriberChange {
        try SubscriberChange(impi, &body, centre)
    }

    func put(_ subscriber: SubscriberChange, _ change: Change) async throws(StoreFailure) -> PutOutcome<Subscriber> {
        try await store.put(subscriber, change)
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
