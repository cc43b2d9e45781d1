internal import Nhss

/// A step of the figure between the UE and the registrar. It holds nothing of the challenge or its answer.
struct UEStep: Sendable {
    struct Result: Sendable {
        let status: Int
        /// The label in the metrics: `challenged`, `registered`, `deregistered` or the code of the refusal.
        let name: String
        /// The cause of a refusal, as the JSON interface names it.
        let cause: String?
        /// The reason of a refusal, for the log.
        let reason: String?
        /// The time since the request came.
        let duration: Duration

        init(_ answer: UEAnswer, isDeregistration: Bool, duration: Duration) {
            status = answer.status
            self.duration = duration
            switch answer.outcome {
            case .challenged: (name, cause, reason) = ("challenged", nil, nil)
            case .registered: (name, cause, reason) = (isDeregistration ? "deregistered" : "registered", nil, nil)
            case .refused(let refusal): (name, cause, reason) = (refusal.code.rawValue, refusal.cause, refusal.reason)
            }
        }
    }

    /// 1, 10, 11 or 12 of TS 23.280 figure 10.1.6.2-1.
    let step: Int
    let trace: TraceParent
    let user: UserIdentities
    /// Whether the UE sends AUTS, which asks for resynchronisation.
    var hasAUTS = false
    /// The outcome, where the step is an answer.
    let result: Result?
}
