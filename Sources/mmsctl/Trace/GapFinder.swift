internal import Flow

/// Finds out why a step has no event, from the events that there are.
struct GapFinder {
    /// The parties that were asked for their events.
    let asked: Set<Party>
    private let made: Set<Int>
    private let neverMade: Set<Int>

    init(_ events: [FlowEvent], asked: Set<Party>) {
        self.asked = asked
        let recorded = Set(events.map(\.step))
        made = events.reduce(into: []) { $0.formUnion(GapFinder.steps(madeBefore: $1)) }
        neverMade = events.reduce(into: []) { $0.formUnion(GapFinder.steps(endedBy: $1, recorded)) }
    }

    func gap(at place: LadderPlace) -> Gap {
        let wasAsked = asked.contains(place.recorder)
        if made.contains(place.step) { return wasAsked ? .noRecord : .notAsked }
        return neverMade.contains(place.step) || wasAsked ? .neverSent : .notAsked
    }

    /// The steps that must have been made for this event to happen.
    private static func steps(madeBefore event: FlowEvent) -> [Int] {
        let isGood = event.status == 200
        // A failure other than 504 is an answer of the next hop.
        let isAnswered = event.status.map { $0 != 504 } ?? false
        switch event.step {
        case 12: return isGood ? Array(1...11) : [1]
        case 11: return Array(1...10)
        case 10: return Array(1...9)
        case 9: return isGood ? Array(1...8) : [1, 2]
        case 8: return Array(1...7)
        case 7: return isGood ? Array(1...6) : Array(1...4)
        case 6: return Array(1...5)
        case 5: return isGood ? Array(1...6) : Array(1...4)
        case 4: return isGood ? Array(1...7) : isAnswered ? [1, 2, 3, 7] : Array(1...3)
        case 3: return [1, 2]
        case 2: return isGood ? [1, 3, 4, 5, 6, 7, 8, 9] : isAnswered ? [1, 9] : [1]
        default: return []
        }
    }

    /// The steps that a failure has kept from being made.
    private static func steps(endedBy event: FlowEvent, _ recorded: Set<Int>) -> [Int] {
        guard event.hasFailed else { return [] }
        switch event.step {
        case 3: return [4, 5, 6, 7, 8, 10, 11]
        case 9 where !recorded.contains(4): return Array(3...8) + [10, 11]
        case 7 where !recorded.contains(5): return [5, 6, 8, 10, 11]
        case 4...9: return [8, 10, 11]
        case 2: return [10, 11]
        case 12 where !recorded.contains(2): return Array(2...11)
        case 12: return [11]
        default: return []
        }
    }
}
