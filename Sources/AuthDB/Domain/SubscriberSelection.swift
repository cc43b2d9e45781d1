internal import Nhss

/// Which subscribers a list is to show: those after a cursor, and of them those that have every member that is named here.
struct SubscriberSelection: Sendable {
    /// A private identity; "" is before all of them.
    var after = ""
    var impu: IMPU?
    var enabled: Bool?

    func includes(_ subscriber: Subscriber) -> Bool {
        if subscriber.impi.text <= after { return false }
        if let impu, !subscriber.impus.contains(impu) { return false }
        return enabled.map { $0 == subscriber.enabled } ?? true
    }
}
