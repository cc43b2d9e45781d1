internal import Nhss
internal import ServiceKit

/// `mc_authentication_failures_total`, with a counter for each cause.
struct FailureCounters: Sendable {
    private let counters: [AuthFailure.Code: Counter]

    init(_ metrics: Metrics) {
        counters = Dictionary(
            uniqueKeysWithValues: AuthFailure.Code.allCases.map { code in
                (
                    code,
                    metrics.counter(
                        "mc_authentication_failures_total", help: "Questions for vectors that were refused or failed.",
                        labels: [("cause", code.rawValue)])
                )
            })
    }

    func count(_ failure: AuthFailure) { counters[failure.code]?.add() }
}
