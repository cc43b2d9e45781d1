/// The fields of a request that its response repeats, as bytes. Even a malformed request may have them.
///
/// Source: RFC 3261 §8.2.6.2.
package struct SIPRequestHeadFields: Sendable, Equatable {
    /// The method as on the request line. It is never ACK, which has no response.
    package let method: [UInt8]
    /// The Via lines in order.
    package let vias: [[UInt8]]
    package let from: [UInt8]
    package let to: [UInt8]
    package let callID: [UInt8]
    package let cSeq: [UInt8]

    /// Takes the first of several fields that may come once (RFC 4475 §3.3.8).
    ///
    /// - Returns: nil when a field is missing or the method is ACK: then there is no response (RFC 4475 §3.3.1).
    init?(method: some Collection<UInt8>, headers: SIPHeaders) {
        let vias = headers.all(.via)
        guard !vias.isEmpty, let from = headers.first(.from), let to = headers.first(.to),
            let callID = headers.first(.callID), let cSeq = headers.first(.cSeq), !method.elementsEqual(SIPMethod.ack.bytes)
        else { return nil }
        self.method = Array(method)
        self.vias = vias.map { Array($0) }
        self.from = Array(from)
        self.to = Array(to)
        self.callID = Array(callID)
        self.cSeq = Array(cSeq)
    }
}

extension SIPRequest {
    /// The fields that a response repeats; nil for ACK.
    package var headFields: SIPRequestHeadFields? { SIPRequestHeadFields(method: method.bytes, headers: headers) }
}
