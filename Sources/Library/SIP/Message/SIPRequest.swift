internal import Base

/// A SIP/2.0 request.
package struct SIPRequest: Sendable, Equatable {
    package let method: SIPMethod
    package let requestURI: SIPURI
    /// Read and checked; `headers` has the same fields as bytes.
    package let core: SIPCoreFields
    /// All header fields, in order.
    package let headers: SIPHeaders
    package let body: [UInt8]

    /// A request of our own. The core fields go first, then `headers` as they are; `SIPWriter` adds the Content-Length.
    package init(requestURI: SIPURI, core: SIPCoreFields, headers: [SIPHeader] = [], body: [UInt8] = []) {
        self.init(
            method: core.cSeq.method, requestURI: requestURI, core: core, headers: SIPHeaders(core.fields + headers), body: body)
    }

    /// For the parser, which has checked that all agree.
    init(method: SIPMethod, requestURI: SIPURI, core: SIPCoreFields, headers: SIPHeaders, body: [UInt8]) {
        self.method = method
        self.requestURI = requestURI
        self.core = core
        self.headers = headers
        self.body = body
    }

    /// The topmost Via: of whoever sent this to us.
    package var topVia: SIPVia? { core.vias.first }
}

extension SIPRequest {
    /// Refuses a request that insists on an extension not in `supported` (RFC 3261 §8.2.2.3).
    /// - Throws: `.unsupportedExtension`, to be answered 420 with `unsupportedExtensions(beyond:)` in Unsupported.
    package func checkExtensions(supported: [String]) throws(SIPParseError) {
        guard try unsupportedExtensions(beyond: supported).isEmpty else {
            throw SIPParseError(.unsupportedExtension, "requires what is not there", at: .header(.require, offset: 0), answerable: headFields)
        }
    }

    /// The option tags of Require that are not in `supported`.
    package func unsupportedExtensions(beyond supported: [String]) throws(SIPParseError) -> [[UInt8]] {
        do {
            return try headers.tokens(.require).filter { tag in !supported.contains { tag.equalsIgnoringCase($0.utf8) } }
        } catch {
            throw answerable(error)
        }
    }

    /// Whether somebody else may still be sent this (RFC 3261 §16.3 step 3). Its last receiver does not ask.
    /// - Throws: `.tooManyHops`, to be answered 483.
    package func checkHops() throws(SIPParseError) {
        let left: UInt32?
        do { left = try headers.maxForwards() } catch { throw answerable(error) }
        guard left != 0 else {
            throw SIPParseError(.tooManyHops, "no hop left", at: .header(.maxForwards, offset: 0), answerable: headFields)
        }
    }

    /// The same error with what is needed to answer this request: for what the typed readers of `headers` throw.
    package func answerable(_ error: SIPParseError) -> SIPParseError {
        var error = error
        error.answerable = headFields
        return error
    }
}
