internal import Base
internal import Nhss

/// The subscriptions, also those whose last NOTIFY waits for its response.
///
/// A user has a bounded number of them. Beyond it a new one takes the place of another: of the oldest one whose subscriber has never answered, which
/// may be the work of somebody who only pretends to be at the address of the user; and only where all have answered, of the oldest one of all.
struct SubscriptionTable {
    private let limits: SipCoreLimits
    private var subscriptions: [DialogID: Subscription] = [:]
    private var watching: [IMPU: [Subscription]] = [:]
    private var ofUser: [IMPI: [Subscription]] = [:]

    init(_ limits: SipCoreLimits) { self.limits = limits }

    var count: Int { subscriptions.count }

    var hasRoom: Bool { count < limits.subscriptionsMax }

    /// - Returns: nil also for a subscription that is over.
    func subscription(_ id: DialogID) -> Subscription? {
        guard let subscription = subscriptions[id], subscription.end == nil else { return nil }
        return subscription
    }

    func watching(_ impu: IMPU) -> [Subscription] { (watching[impu] ?? []).filter { $0.end == nil } }

    func expired(at now: Instant) -> [Subscription] { subscriptions.values.filter { $0.end == nil && $0.expiry <= now } }

    /// The subscription that has to give way to a further one of a user; nil while there is room.
    func leaving(for impi: IMPI) -> Subscription? {
        guard let own = ofUser[impi], own.count >= limits.subscriptionsPerUserMax else { return nil }
        return own.min { ($0.isConfirmed ? 1 : 0, $0.refreshed) < ($1.isConfirmed ? 1 : 0, $1.refreshed) }
    }

    /// - Returns: false where there is one of this dialog already.
    mutating func insert(_ subscription: Subscription) -> Bool {
        guard subscriptions[subscription.dialog.id] == nil else { return false }
        subscriptions[subscription.dialog.id] = subscription
        watching[subscription.impu, default: []].append(subscription)
        ofUser[subscription.impi, default: []].append(subscription)
        return true
    }

    mutating func remove(_ subscription: Subscription) {
        guard subscriptions.removeValue(forKey: subscription.dialog.id) != nil else { return }
        SubscriptionTable.remove(subscription, from: &watching[subscription.impu])
        SubscriptionTable.remove(subscription, from: &ofUser[subscription.impi])
    }

    private static func remove(_ subscription: Subscription, from list: inout [Subscription]?) {
        list?.removeAll { $0 === subscription }
        if list?.isEmpty ?? false { list = nil }
    }
}
