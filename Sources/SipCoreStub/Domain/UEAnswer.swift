internal import Nhss

/// The answer of the registrar to a REGISTER.
struct UEAnswer: Sendable {
    enum Outcome: Sendable {
        /// The UE must answer this challenge (401).
        case challenged(IssuedChallenge)
        /// The contacts that are registered now (200). Without contacts the identity is not registered.
        /// `published` are the identities of the set that are not barred, the default one first.
        case registered([GrantedContact], published: [IMPU])
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
