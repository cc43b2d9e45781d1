/// A message that was parsed.
package enum SIPMessage: Sendable, Equatable {
    case request(SIPRequest)
    case response(SIPResponse)

    package var headers: SIPHeaders {
        switch self {
        case .request(let request): request.headers
        case .response(let response): response.headers
        }
    }

    package var body: [UInt8] {
        switch self {
        case .request(let request): request.body
        case .response(let response): response.body
        }
    }
}

/// The fields that every SIP message has, parsed (RFC 3261 §8.1.1).
package struct SIPCoreFields: Sendable, Equatable {
    /// The Via values, topmost first. A message that was parsed has at least one.
    package var vias: [SIPVia]
    package var from: SIPAddress
    package var to: SIPAddress
    package var callID: [UInt8]
    package var cSeq: SIPCSeq

    package init(vias: [SIPVia], from: SIPAddress, to: SIPAddress, callID: [UInt8], cSeq: SIPCSeq) {
        self.vias = vias
        self.from = from
        self.to = to
        self.callID = callID
        self.cSeq = cSeq
    }

    init(_ headers: SIPHeaders) throws(SIPParseError) {
        vias = try headers.vias()
        from = try headers.from()
        to = try headers.to()
        callID = try headers.callID()
        cSeq = try headers.cSeq()
    }

    var fields: [SIPHeader] {
        vias.map { SIPHeader(.via, $0.bytes) } + [
            SIPHeader(.from, from.bytes), SIPHeader(.to, to.bytes), SIPHeader(.callID, callID), SIPHeader(.cSeq, cSeq.bytes),
        ]
    }
}
