internal import Base
internal import Flow

/// The arrows of one registration, as in figure 10.1.6.2-1 of TS 23.280.
struct Ladder {
    enum Style {
        case unicode
        case ascii
    }

    let trace: String
    /// The primary SIP core has a column only where it relays between PrimaryMMS and AuthDB.
    let parties: [Party]
    let rows: [LadderRow]
    let verdict: Verdict
    /// Where the procedure stopped; nil where it did not, or nobody knows.
    let stop: LadderStop?
    /// The identities in the partner system and in the primary system, as far as they are known.
    let identities: [String]

    /// - Parameter services: the services that were asked for the events.
    init(trace: String, events: [FlowEvent], services: [ServiceName]) {
        self.trace = trace
        let sorted = events.sorted { ($0.timestamp, $0.step) < ($1.timestamp, $1.step) }
        let hasRelay = events.contains(where: \.isRelayed)
        let asked = Ladder.parties(asked: services, sorted)
        parties = hasRelay ? Party.allCases : Party.allCases.filter { $0 != .primaryCore }
        verdict = Verdict(sorted, asked: asked)
        var rows = Ladder.rows(sorted, GapFinder(sorted, asked: asked), hasRelay: hasRelay)
        switch verdict {
        case .refused, .failed: stop = LadderStop(rows)
        default: stop = nil
        }
        // A refusal of the SIP core itself is marked where it is given: the last mark of a ladder is always where the procedure stopped.
        if let stop, stop.place.step == 12, let index = rows.lastIndex(where: { $0.step == 12 }) { rows[index].isMarked = true }
        self.rows = rows
        identities = ([.partnerCore, .partnerMMS, .primaryMMS, .authDB] as [Party]).reduce(into: [String]()) { identities, party in
            let known = rows.first { $0.place.recorder == party && $0.step != 4 }?.event?.impi
            if let known, !identities.contains(known) { identities.append(known) }
        }
    }

    // MARK: Rows from events

    /// The rows sorted by time, ties by step number. A step that nobody recorded is put where its number belongs.
    private static func rows(_ events: [FlowEvent], _ gaps: GapFinder, hasRelay: Bool) -> [LadderRow] {
        let origin = events.first?.timestamp ?? .now()
        var rows = events.compactMap { event in
            LadderPlace.of(event, hasRelay: hasRelay).map { LadderRow(event, at: $0, since: origin) }
        }
        let known = Set(rows.map(\.place))
        for place in LadderPlace.all(hasRelay: hasRelay) where !known.contains(place) {
            let index = rows.lastIndex { $0.step < place.step }.map { $0 + 1 } ?? 0
            // The second arrow of step 5 or 6 comes behind the first.
            let next = rows[index...].firstIndex { $0.step != place.step || $0.place.recorder == .primaryCore } ?? rows.endIndex
            rows.insert(LadderRow(gaps.gap(at: place), at: place), at: next)
        }
        return rows
    }

    /// The parties behind the services. Both systems have a SIP core: the events tell which system is the partner.
    private static func parties(asked services: [ServiceName], _ events: [FlowEvent]) -> Set<Party> {
        func system(_ names: [String], _ steps: Set<Int>) -> String? {
            events.lazy.filter { steps.contains($0.step) && !$0.isRelayed }.flatMap { [$0.from, $0.to] }
                .first { place in names.contains { place.hasPrefix("\($0)@") } }.map { String($0.drop { $0 != "@" }.dropFirst()) }
        }
        let partner =
            system(["sip-core-stub", "partner-mms"], [1, 2, 3, 8, 9, 10, 11, 12]) ?? services.first { $0.service == "partner-mms" }?.system
        let relay = events.first(where: \.isRelayed).map { String($0.from.drop { $0 != "@" }.dropFirst()) }
        let primary =
            system(["primary-mms", "authdb"], [4, 5, 6, 7]) ?? relay
            ?? services.first { $0.service == "primary-mms" || $0.service == "authdb" }?.system
        return Set(
            services.flatMap { name -> [Party] in
                switch name.service {
                case "authdb": [.authDB]
                case "primary-mms": [.primaryMMS]
                case "partner-mms": [.partnerMMS]
                case "sip-core-stub" where partner == primary: [.partnerCore, .primaryCore]
                case "sip-core-stub":
                    name.system == partner || (partner == nil && name.system != primary) ? [.partnerCore] : [.primaryCore]
                default: []
                }
            })
    }
}
