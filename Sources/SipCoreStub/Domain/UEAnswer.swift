internal import Nhss

/// What the registrar says.
struct UEAnswer: Sendable {
    enum Outcome: Sendable {
        /// 401
        case challenged(IssuedChallenge)
        /// 200; without contacts the identity is not registered (any more).
        case registered([GrantedContact])
        case refused(Refusal)
    }

    let outcome: Outcome
    let trace: TraceParent

    var status: Int {
        switch outcome {
        case .challenged: 401
        case .registered: 200
        case .refused(let refusal): refusal.status
        }
    }
}
