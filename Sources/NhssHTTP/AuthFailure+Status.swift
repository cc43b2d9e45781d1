package import HTTPKit
package import Nhss

extension AuthFailure {
    /// The status a failure has between hops (TS 29.562 §6.3.7.3, TS 29.500 §5.2.7.2).
    package var status: Status {
        switch code {
        case .userNotFound: .notFound
        case .identitiesDontMatch, .migrationNotAllowed, .requesterNotAuthorised, .schemeNotSupported, .authenticationRejected: .forbidden
        case .invalidRequest: .badRequest
        case .tooManyRequests: .tooManyRequests
        case .congested: .serviceUnavailable
        case .peerInvalid: .badGateway
        case .peerUnreachable, .timedOut: .gatewayTimeout
        case .internalFailure, .vectorGenerationFailed: .internalServerError
        }
    }
}
