internal import Base
internal import Flow

/// The arrows of one registration, as in figure 10.1.6.2-1 of TS 23.280.
struct Ladder {
    struct Column {
        let title: String
        let name: String
    }

    enum Style {
        case unicode
        case ascii
    }

    /// The six parties. The primary SIP core has a column only where it relays between PrimaryMMS and AuthDB.
    private static let parties = [
        Column(title: "UE", name: "ue"), Column(title: "partner core", name: "partner-core"), Column(title: "partner MMS", name: "partner-mms"),
        Column(title: "primary MMS", name: "primary-mms"), Column(title: "primary core", name: "primary-core"),
        Column(title: "AuthDB", name: "authdb"),
    ]

    let trace: String
    let columns: [Column]
    let rows: [LadderRow]

    init(trace: String, events: [FlowEvent]) {
        self.trace = trace
        let hasRelay = events.contains { ($0.step == 5 || $0.step == 6) && $0.from.hasPrefix("sip-core-stub@") }
        columns = hasRelay ? Ladder.parties : Ladder.parties.filter { $0.name != "primary-core" }
        rows = Ladder.rows(events, hasRelay: hasRelay)
    }

    /// Whether all twelve steps are there, none has failed, and the last tells the UE that it is registered.
    var isComplete: Bool {
        let steps = rows.filter { !$0.isMissing && !$0.hasFailed }.map(\.step)
        return Set(steps) == Set(1...12) && rows.last?.status == 200 && !rows.contains(where: \.hasFailed)
    }

    // MARK: Rows from events

    /// The rows sorted by time, ties by step number. A step that nobody recorded is put where its number belongs.
    private static func rows(_ events: [FlowEvent], hasRelay: Bool) -> [LadderRow] {
        let sorted = events.sorted { ($0.timestamp, $0.step) < ($1.timestamp, $1.step) }
        var rows = sorted.flatMap { row(of: $0, since: sorted.first?.timestamp ?? $0.timestamp, hasRelay: hasRelay) }
        let known = Set(rows.map(\.step))
        guard !known.isEmpty else { return (1...12).map { LadderRow.missing($0) } }
        for step in 1...12 where !known.contains(step) {
            let place = rows.lastIndex { $0.step < step }.map { $0 + 1 } ?? 0
            rows.insert(.missing(step), at: place)
        }
        return rows
    }

    private static func row(of event: FlowEvent, since origin: Timestamp, hasRelay: Bool) -> [LadderRow] {
        let isRelay = event.from.hasPrefix("sip-core-stub@")
        let ends: (from: String, to: String)? =
            switch event.step {
            case 1, 11: ("ue", "partner-core")
            case 10, 12: ("partner-core", "ue")
            case 2: ("partner-core", "partner-mms")
            case 3, 8: ("partner-mms", "partner-mms")
            case 4: ("partner-mms", "primary-mms")
            case 5: isRelay ? ("primary-core", "authdb") : ("primary-mms", hasRelay ? "primary-core" : "authdb")
            case 6: isRelay ? ("primary-core", "primary-mms") : ("authdb", hasRelay ? "primary-core" : "primary-mms")
            case 7: ("primary-mms", "partner-mms")
            case 9: ("partner-mms", "partner-core")
            default: nil
            }
        guard let ends else { return [] }
        return [LadderRow(event, from: ends.from, to: ends.to, since: origin)]
    }
}
