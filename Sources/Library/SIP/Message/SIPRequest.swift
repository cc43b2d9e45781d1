internal import Base

/// A SIP/2.0 request.
package struct SIPRequest: Sendable, Equatable {
    package let method: SIPMethod
    package let requestURI: SIPURI
    /// The core fields, parsed and checked. `headers` has them as bytes.
    package let core: SIPCoreFields
    /// All header fields, in order.
    package let headers: SIPHeaders
    package let body: [UInt8]

    /// A request to be sent: first the core fields, then `headers` as they are. `SIPWriter` adds the Content-Length.
    package init(requestURI: SIPURI, core: SIPCoreFields, headers: [SIPHeader] = [], body: [UInt8] = []) {
        self.init(
            method: core.cSeq.method, requestURI: requestURI, core: core, headers: SIPHeaders(core.fields + headers), body: body)
    }

    /// A request that was parsed. The parser has checked that its parts agree.
    init(method: SIPMethod, requestURI: SIPURI, core: SIPCoreFields, headers: SIPHeaders, body: [UInt8]) {
        self.method = method
        self.requestURI = requestURI
        self.core = core
        self.headers = headers
        self.body = body
    }

    /// The topmost Via, which is that of the sender.
    package var topVia: SIPVia? { core.vias.first }
}

extension SIPRequest {
    /// The option tags of Require that are not in `supported`: the request must be refused with 420 if there are any (RFC 3261 §8.2.2.3).
    package func unsupportedExtensions(beyond supported: [String]) throws(SIPParseError) -> [[UInt8]] {
        do {
            return try headers.tokens(.require).filter { tag in !supported.contains { tag.equalsIgnoringCase($0.utf8) } }
        } catch {
            throw answerable(error)
        }
    }

    /// Refuses a request that may not be forwarded any more (RFC 3261 §16.3 step 3).
    /// - Throws: `.tooManyHops`. The answer is 483.
    package func checkHops() throws(SIPParseError) {
        let left: UInt32?
        do { left = try headers.maxForwards() } catch { throw answerable(error) }
        guard left != 0 else {
            throw SIPParseError(.tooManyHops, "no hop left", at: .header(.maxForwards, offset: 0), answerable: headFields)
        }
    }

    /// An error of a typed reader with the fields that an answer to this request needs.
    package func answerable(_ error: SIPParseError) -> SIPParseError {
        var error = error
        error.answerable = headFields
        return error
    }
}
