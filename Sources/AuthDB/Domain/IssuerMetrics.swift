internal import AKA
internal import ServiceKit

/// Counts the vectors and the resynchronisations of the issuer.
struct IssuerMetrics: Sendable {
    private let issued: Counter
    private let unchanged: Counter
    private let moved: Counter
    private let rejected: Counter

    init(_ metrics: Metrics) {
        func resynchronisations(_ result: String) -> Counter {
            metrics.counter(
                "mc_resynchronisations_total", help: "Genuine ones that left or moved the sequence number, and rejected ones.",
                labels: [("result", result)])
        }
        issued = metrics.counter("mc_vectors_issued_total", help: "Authentication vectors given out.")
        unchanged = resynchronisations("unchanged")
        moved = resynchronisations("moved")
        rejected = resynchronisations("rejected")
    }

    func record(_ event: VectorIssuer.Event) {
        switch event {
        case .issued(let count): issued.add(count)
        case .resynchronised(.unchanged): unchanged.add()
        case .resynchronised(.moved): moved.add()
        case .resynchronisationRejected: rejected.add()
        }
    }
}
