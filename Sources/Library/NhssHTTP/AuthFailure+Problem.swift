package import HTTPKit
package import Nhss
internal import SBI

/// Turns a failure into a problem document, and a problem document into the failure with the same code.
///
/// Causes are those of TS 29.500 table 5.2.7.2-1 and TS 29.562 table 6.3.7.3-1 where these have one; `IDENTITIES_DONT_MATCH` and
/// `AUTH_SCHEME_NOT_SUPPORTED` are named after Cx (TS 29.229 §6.2.2), `MIGRATION_NOT_ALLOWED`, `REQUESTER_NOT_AUTHORIZED` and
/// `UPSTREAM_CONGESTION` are our own.
extension AuthFailure {
    /// The problem document. It does not hold `reason`, which is for the log of this side.
    package var problem: Problem {
        let form = WireForm.of(code)
        var fields: Fields = [:]
        if let retryAfter { fields.append("Retry-After", String(AuthFailure.seconds(retryAfter))) }
        return Problem(
            form.status, detail: form.detail, cause: form.cause,
            invalidParams: invalidParameters.map { InvalidParam(param: $0.name, reason: $0.reason) }, fields: fields)
    }

    /// The cause in the problem document.
    package var cause: String { WireForm.of(code).cause }

    /// The failure that a response without success stands for.
    ///
    /// A status that a proxy or an overloaded server may send without a problem document is believed without one, but never that
    /// the user or the request was refused: 404 from the wrong path is not "unknown user".
    package init(refusal response: Response) {
        let status = response.status
        let document = response.fields.hasMediaType(Problem.mediaType) ? ReceivedProblem(response.body) : nil
        let code = document.map { AuthFailure.code(status, cause: $0.cause) } ?? AuthFailure.codeWithoutDocument(status)
        self.init(
            code, "\(status) \(document?.shownCause ?? "without a problem document")",
            invalidParameters: document?.invalidParameters ?? [], retryAfter: AuthFailure.retryAfter(response.fields))
    }

    private static func code(_ status: Status, cause: String?) -> Code {
        if let exact = Code.allCases.first(where: { WireForm.of($0).status == status && WireForm.of($0).cause == cause }) { return exact }
        // Causes that other implementations use, or that tell more failures apart than the codes do.
        switch status.code {
        // No question was looked at: the next hop is another one than its root says.
        case 400 where cause == "INVALID_API": return .peerInvalid
        case 400: return .invalidRequest
        case 403: return .requesterNotAuthorised
        case 501 where cause == WireForm.of(.schemeNotSupported).cause: return .schemeNotSupported
        default: return codeWithoutDocument(status)
        }
    }

    private static func codeWithoutDocument(_ status: Status) -> Code {
        switch status.code {
        case 429: .tooManyRequests
        case 500: .internalFailure
        case 503: .congested
        case 504: .peerUnreachable
        default: .peerInvalid
        }
    }

    /// Whole seconds, rounded up, and at least one: zero would invite the caller to come back at once.
    private static func seconds(_ time: Duration) -> Int64 {
        let (seconds, attoseconds) = time.components
        return min(max(1, attoseconds > 0 ? seconds.addingReportingOverflow(1).partialValue : seconds), Int64(NhssHTTPLimits.retryAfterSecondsMax))
    }

    private static func retryAfter(_ fields: Fields) -> Duration? {
        fields.retryAfter().map { min($0, .seconds(NhssHTTPLimits.retryAfterSecondsMax)) }
    }
}

/// The form of a code on the wire. No two codes have the same status and cause.
private struct WireForm {
    let status: Status
    let cause: String
    let detail: String

    private init(_ status: Status, _ cause: String, _ detail: String) {
        self.status = status
        self.cause = cause
        self.detail = detail
    }

    static func of(_ code: AuthFailure.Code) -> WireForm {
        switch code {
        case .userNotFound: WireForm(.notFound, "USER_NOT_FOUND", "the user is not known")
        case .identitiesDontMatch: WireForm(.forbidden, "IDENTITIES_DONT_MATCH", "the public identity is not this user's")
        case .migrationNotAllowed: WireForm(.forbidden, "MIGRATION_NOT_ALLOWED", "the user may not migrate")
        case .requesterNotAuthorised: WireForm(.forbidden, "REQUESTER_NOT_AUTHORIZED", "the requester may not ask this")
        case .schemeNotSupported: WireForm(.forbidden, "AUTH_SCHEME_NOT_SUPPORTED", "the user cannot be authenticated by this scheme")
        case .authenticationRejected: WireForm(.forbidden, "AUTHENTICATION_REJECTED", "the resynchronisation information is not genuine")
        case .invalidRequest: WireForm(.badRequest, "MANDATORY_IE_INCORRECT", "the request is not valid")
        case .tooManyRequests: WireForm(.tooManyRequests, "NF_CONGESTION_RISK", "too many requests")
        case .congested: WireForm(.serviceUnavailable, "NF_CONGESTION", "the service cannot take the request now")
        case .peerCongested: WireForm(.serviceUnavailable, UpstreamCongestion.cause, "the next hop cannot take the question now")
        case .peerInvalid: WireForm(.badGateway, "UPSTREAM_SERVER_ERROR", "the next hop's answer is not valid")
        case .peerUnreachable: WireForm(.gatewayTimeout, "TARGET_NF_NOT_REACHABLE", "the next hop cannot be reached")
        case .timedOut: WireForm(.gatewayTimeout, "TIMED_OUT_REQUEST", "no answer in time")
        case .internalFailure: WireForm(.internalServerError, "SYSTEM_FAILURE", "the service failed")
        case .vectorGenerationFailed: WireForm(.internalServerError, "AV_GENERATION_PROBLEM", "no authentication vector could be generated")
        }
    }
}
