internal import SIP

/// Why a request is answered before anybody is asked: a status, and what goes with it.
struct SIPRefusal: Error, Sendable {
    let status: Int
    /// For the log.
    let reason: String
    var headers: [SIPHeader] = []

    init(_ status: Int, _ reason: String, headers: [SIPHeader] = []) {
        self.status = status
        self.reason = reason
        self.headers = headers
    }

    init(_ error: SIPParseError) { self.init(error.suggestedStatus, error.description) }
}
