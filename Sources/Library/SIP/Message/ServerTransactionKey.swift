internal import Base

/// The key by which a server recognises retransmissions of a request.
///
/// ACK has the key of its INVITE. CANCEL has a key of its own
/// (`key(of:as:)` finds its INVITE).
///
/// The Call-ID counts too, which is stricter than RFC 3261 §17.2.3. A client that retransmits does not notice, because it sends the same bytes
/// again (§17.1.2.2). But two UEs in different private networks can have the same sent-by, and UEs of one model can number their branches alike:
/// neither may get the answer of the other.
///
/// Source: RFC 3261 §17.2.3.
package struct ServerTransactionKey: Sendable, Hashable {
    private enum Identity: Hashable {
        /// The branch, the sender and the Call-ID. Tokens are compared without case (§7.3.1), and the Call-ID with it (§20.8).
        case branch([UInt8], SIPHost, UInt16?, callID: [UInt8])
        /// The fields, for RFC 2543 clients and for a branch that is the bare cookie (RFC 4475 §3.2.1).
        case fields(requestURI: [UInt8], fromTag: [UInt8]?, toTag: [UInt8]?, callID: [UInt8], cSeqNumber: UInt32, topVia: [UInt8])
    }

    private let identity: Identity
    private let method: SIPMethod

    package init(_ request: SIPRequest) {
        self.init(request, method: request.method == .ack ? .invite : request.method)
    }

    /// The key of the request that `cancel` is to end, if its method was `method`.
    package static func key(of cancel: SIPRequest, as method: SIPMethod) -> ServerTransactionKey {
        ServerTransactionKey(cancel, method: method)
    }

    private init(_ request: SIPRequest, method: SIPMethod) {
        self.method = method
        if let via = request.topVia, via.hasUniqueBranch, let branch = via.branch {
            identity = .branch(ASCII.lowercased(Array(branch)), via.host, via.port, callID: request.core.callID)
            return
        }
        // An ACK has the To tag of the response, which its INVITE did not have: without the tag both have one key.
        let toTag = method == .invite ? nil : request.core.to.tag
        identity = .fields(
            requestURI: request.requestURI.text, fromTag: request.core.from.tag, toTag: toTag, callID: request.core.callID,
            cSeqNumber: request.core.cSeq.number, topVia: request.topVia?.bytes ?? [])
    }
}
