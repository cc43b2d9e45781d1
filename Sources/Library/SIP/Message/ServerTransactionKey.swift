internal import Base

/// What a server recognises a retransmission by.
///
/// CANCEL and ACK belong to another request's transaction: ACK gets the key of its INVITE, CANCEL one of its own
/// (its INVITE is found with `key(of:as:)`).
///
/// Source: RFC 3261 §17.2.3.
package struct ServerTransactionKey: Sendable, Hashable {
    private enum Identity: Hashable {
        /// The branch is unique with who sent it. Tokens compare without case (§7.3.1).
        case branch([UInt8], SIPHost, UInt16?)
        /// From RFC 2543 clients, and from those whose branch is the bare cookie (RFC 4475 §3.2.1).
        case fields(requestURI: [UInt8], fromTag: [UInt8]?, toTag: [UInt8]?, callID: [UInt8], cSeqNumber: UInt32, topVia: [UInt8])
    }

    private let identity: Identity
    private let method: SIPMethod

    package init(_ request: SIPRequest) {
        self.init(request, method: request.method == .ack ? .invite : request.method)
    }

    /// The key of the request that `cancel` wants to end, if that was a `method`.
    package static func key(of cancel: SIPRequest, as method: SIPMethod) -> ServerTransactionKey {
        ServerTransactionKey(cancel, method: method)
    }

    private init(_ request: SIPRequest, method: SIPMethod) {
        self.method = method
        if let via = request.topVia, via.hasUniqueBranch, let branch = via.branch {
            identity = .branch(ASCII.lowercased(Array(branch)), via.host, via.port)
            return
        }
        // An ACK has the To tag of the response, which its INVITE had not: without it both have one key.
        let toTag = method == .invite ? nil : request.core.to.tag
        identity = .fields(
            requestURI: request.requestURI.text, fromTag: request.core.from.tag, toTag: toTag, callID: request.core.callID,
            cSeqNumber: request.core.cSeq.number, topVia: request.topVia?.bytes ?? [])
    }
}
