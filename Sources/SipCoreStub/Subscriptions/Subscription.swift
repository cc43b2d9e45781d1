internal import Base
internal import Nhss
internal import SIP

/// The subscription of one subscriber to the registration of one user.
final class Subscription {
    /// Why a subscription is over, in the words of RFC 6665 §4.1.3.
    enum End: String {
        /// It was not refreshed, or the subscriber has ended it.
        case timeout
        /// Another one has taken its place. The subscriber may subscribe anew.
        case deactivated
        /// The user is shut out.
        case rejected
        /// The user is not registered any more.
        case noresource
    }

    /// The public identity that is watched.
    let impu: IMPU
    /// The private identity whose registration allows it.
    let impi: IMPI
    let event: SIPEvent
    var dialog: SubscriptionDialog
    /// The way to the subscriber: that of the last SUBSCRIBE.
    var path: any SIPReplyPath
    /// Where the last SUBSCRIBE came from.
    var source: SIPEndpoint
    /// What the subscriber is to see.
    var view: RegistrationView
    private(set) var endedContacts: [EndedContact] = []
    var expiry: Instant
    /// Nil while it goes on.
    var end: End?
    /// The version of the next document.
    private(set) var version: UInt32 = 0
    /// The time of the last SUBSCRIBE.
    var refreshed: Instant
    /// Whether the subscriber has answered a NOTIFY: then the SUBSCRIBE came from where it says it came from.
    var isConfirmed = false
    /// Whether there is something that the subscriber has not been sent.
    var hasNews = false
    /// Whether a time has been set for it.
    var isScheduled = false
    /// Whether it waits for room to send.
    var isQueued = false
    /// The branch of the NOTIFY that waits for its response.
    var branch: [UInt8]?
    /// When a NOTIFY because of a change may be sent.
    var quietUntil: Instant
    /// Whether the registrar posts changes because of this one.
    let isLasting: Bool

    init(
        _ request: SubscribeRequest, of impu: IMPU, tag: [UInt8], _ impi: IMPI, _ view: RegistrationView, at now: Instant, for time: Duration,
        over path: any SIPReplyPath, from source: SIPEndpoint, isLasting: Bool
    ) {
        self.impu = impu
        self.impi = impi
        self.view = view
        self.path = path
        self.source = source
        self.isLasting = isLasting
        event = request.event
        dialog = SubscriptionDialog(request, tag: tag)
        expiry = now + time
        refreshed = now
        quietUntil = now
    }

    func note(_ ended: [EndedContact], countMax: Int) { endedContacts = Array((endedContacts + ended).suffix(countMax)) }

    /// The document for the next NOTIFY, which tells everything until now.
    func takeDocument(at now: Instant) -> RegistrationDocument {
        defer {
            version &+= 1
            endedContacts = []
            hasNews = false
        }
        return RegistrationDocument(version: version, view: view, ended: endedContacts, now: now)
    }

    /// The value of Subscription-State.
    func state(at now: Instant) -> String {
        if let end { return "terminated;reason=\(end.rawValue)" }
        return "active;expires=\(max(0, Int(((expiry - now) / .seconds(1)).rounded(.up))))"
    }
}
