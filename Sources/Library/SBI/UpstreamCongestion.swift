package import HTTPKit

/// The problem of a hop that could answer while the one behind it cannot take the question now (503).
///
/// TS 29.500 table 5.2.7.2-1 knows `NF_CONGESTION` of the service itself only, for which a client leaves it alone with all questions.
package enum UpstreamCongestion {
    package static let cause = "UPSTREAM_CONGESTION"

    /// Whether a response is such a problem.
    package static func isTold(by response: Response) -> Bool { response.status == .serviceUnavailable && response.problemCause == cause }
}
