internal import Nhss
internal import SIP

/// A SUBSCRIBE for the registration of a user, checked as far as that is possible without knowing subscriptions and registrations.
struct SubscribeRequest: Sendable {
    /// The public identity in the Request-URI; nil where it has none. Within a dialog it means nothing.
    let impu: IMPU?
    let event: SIPEvent
    let callID: [UInt8]
    let cSeq: UInt32
    let from: SIPAddress
    let to: SIPAddress
    /// Where NOTIFY requests go.
    let contact: SIPURI
    /// Record-Route in its order.
    let routes: [SIPAddress]
    /// See `Watcher`.
    let claims: [SIPURI]
    /// Seconds; nil where the subscriber names no time.
    let expires: UInt32?
    /// The bytes of what a subscription keeps.
    let bytes: Int

    /// The dialog that the request belongs to; nil for one that begins a dialog.
    var dialog: DialogID? { to.tag.map { DialogID(callID: callID, localTag: $0, remoteTag: from.tag) } }
}
