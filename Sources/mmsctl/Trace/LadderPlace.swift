internal import Flow

/// A place of the figure where an arrow or a note belongs. Steps 5 and 6 have two where the primary's SIP core relays.
struct LadderPlace: Hashable {
    let step: Int
    let from: Party
    let to: Party
    /// The service that records it.
    let recorder: Party

    var isNote: Bool { from == to }
    /// Whether the arrow is a question of one service to the next.
    var isQuestion: Bool { [2, 4, 5].contains(step) }

    /// How far along the chain a failure at this place is known to have happened: the furthest one is where the procedure stopped.
    var depth: Int {
        switch (step, recorder) {
        case (2, _): 1
        case (9, _): 2
        case (3, _), (8, _): 3
        case (4, _): 4
        case (7, _): 5
        case (5, .primaryMMS): 6
        case (6, .primaryCore): 7
        case (5, _): 8
        case (6, _): 9
        default: 0
        }
    }

    /// In the order of the figure.
    static func all(hasRelay: Bool) -> [LadderPlace] {
        func place(_ step: Int, _ from: Party, _ to: Party, by recorder: Party? = nil) -> LadderPlace {
            LadderPlace(step: step, from: from, to: to, recorder: recorder ?? from)
        }
        let home: [LadderPlace] =
            hasRelay
            ? [
                place(5, .primaryMMS, .primaryCore), place(5, .primaryCore, .authDB), place(6, .authDB, .primaryCore),
                place(6, .primaryCore, .primaryMMS),
            ] : [place(5, .primaryMMS, .authDB), place(6, .authDB, .primaryMMS)]
        return [
            place(1, .ue, .partnerCore, by: .partnerCore), place(2, .partnerCore, .partnerMMS), place(3, .partnerMMS, .partnerMMS),
            place(4, .partnerMMS, .primaryMMS),
        ] + home + [
            place(7, .primaryMMS, .partnerMMS), place(8, .partnerMMS, .partnerMMS), place(9, .partnerMMS, .partnerCore),
            place(10, .partnerCore, .ue), place(11, .ue, .partnerCore, by: .partnerCore), place(12, .partnerCore, .ue),
        ]
    }

    /// The place of an event; nil for a step that the figure does not have.
    static func of(_ event: FlowEvent, hasRelay: Bool) -> LadderPlace? {
        let isRelayed = event.isRelayed
        return all(hasRelay: hasRelay).first { $0.step == event.step && ($0.recorder == .primaryCore) == isRelayed }
    }
}

extension FlowEvent {
    /// Whether the primary's SIP core recorded it.
    var isRelayed: Bool { (step == 5 || step == 6) && from.hasPrefix("sip-core-stub@") }
}
