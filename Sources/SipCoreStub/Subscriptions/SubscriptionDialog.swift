internal import SIP

/// The dialog of a subscription from the side of the notifier: what its requests say (RFC 3261 §12.1.1 and §12.2.1.1).
struct SubscriptionDialog: Sendable {
    let id: DialogID
    private let local: SIPAddress
    private let remote: SIPAddress
    private let routes: [SIPAddress]
    private var target: SIPURI
    private var localCSeq: UInt32 = 0
    private var remoteCSeq: UInt32

    /// The dialog that a SUBSCRIBE begins.
    /// - Parameter tag: the To tag of its response.
    init(_ request: SubscribeRequest, tag: [UInt8]) {
        id = DialogID(callID: request.callID, localTag: tag, remoteTag: request.from.tag)
        var local = request.to
        local.parameters.set("tag", to: tag)
        self.local = local
        remote = request.from
        routes = request.routes
        target = request.contact
        remoteCSeq = request.cSeq
    }

    /// Takes notice of a request of the subscriber.
    /// - Returns: false where it is older than another one (RFC 3261 §12.2.2).
    mutating func admit(_ cSeq: UInt32) -> Bool {
        guard cSeq > remoteCSeq else { return false }
        remoteCSeq = cSeq
        return true
    }

    /// A SUBSCRIBE may move the target of NOTIFY requests, and never their route (RFC 3261 §12.2.2).
    mutating func refresh(_ request: SubscribeRequest) { target = request.contact }

    /// The next place on the way to the subscriber.
    var nextHop: SIPURI { routes.first?.uri ?? target }

    /// The next NOTIFY.
    mutating func notify(_ via: SIPVia, _ headers: [SIPHeader], _ body: [UInt8]) -> SIPRequest {
        localCSeq = localCSeq % SIPCSeq.numberMax + 1
        let core = SIPCoreFields(vias: [via], from: local, to: remote, callID: id.callID, cSeq: SIPCSeq(localCSeq, .notify))
        // A first route without `lr` is a strict router: it gets the request itself, and the target comes last.
        guard let first = routes.first, first.uri.parameter("lr") == nil else {
            return SIPRequest(requestURI: target, core: core, headers: SubscriptionDialog.routeHeaders(routes) + headers, body: body)
        }
        let rest = Array(routes.dropFirst()) + [SIPAddress(target)]
        return SIPRequest(requestURI: first.uri, core: core, headers: SubscriptionDialog.routeHeaders(rest) + headers, body: body)
    }

    private static func routeHeaders(_ routes: [SIPAddress]) -> [SIPHeader] { routes.map { SIPHeader(.route, $0.bytes) } }
}
