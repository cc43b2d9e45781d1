internal import SIP

/// A SIP response to a request that does not reach the registrar, and why.
struct SIPRefusal: Error, Sendable {
    let status: Int
    /// One line for the log.
    let reason: String
    var headers: [SIPHeader] = []

    init(_ status: Int, _ reason: String, headers: [SIPHeader] = []) {
        self.status = status
        self.reason = reason
        self.headers = headers
    }

    init(_ error: SIPParseError) { self.init(error.suggestedStatus, error.description) }
}
