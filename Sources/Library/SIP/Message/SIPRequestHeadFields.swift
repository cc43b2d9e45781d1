/// What of a request goes into its response, as bytes: there even when the request is broken.
///
/// Source: RFC 3261 §8.2.6.2.
package struct SIPRequestHeadFields: Sendable, Equatable {
    /// As on the request line; never ACK, which nobody answers.
    package let method: [UInt8]
    /// One for each Via line, in order.
    package let vias: [[UInt8]]
    package let from: [UInt8]
    package let to: [UInt8]
    package let callID: [UInt8]
    package let cSeq: [UInt8]

    /// Where a field that may come once came more often (RFC 4475 §3.3.8), the first goes back.
    /// - Returns: nil when one is missing or the method is ACK: then nothing can be answered (RFC 4475 §3.3.1).
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
    /// Nil for ACK alone.
    package var headFields: SIPRequestHeadFields? { SIPRequestHeadFields(method: method.bytes, headers: headers) }
}
