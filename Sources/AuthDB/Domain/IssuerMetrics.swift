internal import AKA
internal import ServiceKit

/// Counts the vectors and the resynchronisations of the issuer.
struct IssuerMetrics: Sendable {
    private let issued: Counter
    private let unchanged: Counter
    private let moved: Counter
    private let rejected: Counter
    private let nearEnd: Counter
    private let exhausted: Counter

    init(_ metrics: Metrics) {
        func resynchronisations(_ result: String) -> Counter {
            metrics.counter(
                "mc_resynchronisations_total", help: "Genuine ones that left or moved the sequence number, and rejected ones.",
                labels: [("result", result)])
        }
        func subscribers(_ state: String) -> Counter {
            metrics.counter(
                "mc_sequence_numbers_ending_total",
                help: "Subscribers whose sequence numbers came near their end, and questions for which none were left.",
                labels: [("state", state)])
        }
        issued = metrics.counter("mc_vectors_issued_total", help: "Authentication vectors given out.")
        unchanged = resynchronisations("unchanged")
        moved = resynchronisations("moved")
        rejected = resynchronisations("rejected")
        nearEnd = subscribers("near")
        exhausted = subscribers("none_left")
    }

    func record(_ event: VectorIssuer.Event) {
        switch event {
        case .issued(let count): issued.add(count)
        case .resynchronised(.unchanged): unchanged.add()
        case .resynchronised(.moved): moved.add()
        case .resynchronisationRejected: rejected.add()
        case .nearEnd: nearEnd.add()
        case .exhausted: exhausted.add()
        }
    }
}
