internal import Flow

/// How a registration ended. Step 12 tells; where nobody has a record of it, a refusal on the way to it tells as much.
enum Verdict: Equatable {
    case registered
    case deregistered
    /// With the status of the last answer.
    case refused(Int)
    case failed(Int)
    /// The SIP core knows the registration, and has not ended it.
    case unfinished(String)
    /// Nobody who was asked can tell.
    case notKnown(String)

    init(_ events: [FlowEvent], asked: Set<Party>) {
        func last(_ steps: Set<Int>) -> FlowEvent? { events.last { steps.contains($0.step) && !$0.isRelayed } }
        if let answer = last([12]) {
            self = Verdict(answer)
        } else if let answer = last([7, 9]) ?? last([6]), answer.hasFailed {
            self = Verdict(answer)
        } else if !asked.contains(.partnerCore) {
            self = .notKnown("the partner's SIP core was not asked, and only it knows step 12")
        } else if let step = last([1, 10, 11]) {
            self = .unfinished(step.step == 10 ? "the UE has not answered the challenge" : "the SIP core has not answered yet")
        } else {
            self = .notKnown("the partner's SIP core has no record of this trace")
        }
    }

    /// The verdict of an answer.
    private init(_ answer: FlowEvent) {
        let status = answer.status ?? 0
        self =
            switch status {
            case ..<300: answer.message == "deregistered" ? .deregistered : .registered
            case 400..<500: .refused(status)
            default: .failed(status)
            }
    }

    var isGood: Bool { self == .registered || self == .deregistered }

    /// In a list: one word.
    var word: String {
        switch self {
        case .registered: "registered"
        case .deregistered: "deregistered"
        case .refused: "refused"
        case .failed: "failed"
        case .unfinished: "unfinished"
        case .notKnown: "unknown"
        }
    }

    static let words = ["registered", "deregistered", "refused", "failed", "unfinished", "unknown"]

    /// Above a ladder.
    var title: String {
        switch self {
        case .refused(let status), .failed(let status): "\(word) (\(status))"
        case .notKnown: "result not known"
        default: word
        }
    }
}
