internal import Base
internal import Flow

/// An arrow of the ladder, or a note where both ends are one party.
struct LadderRow {
    let place: LadderPlace
    /// Nil where nobody recorded the step.
    let event: FlowEvent?
    /// Why there is no event.
    let gap: Gap?
    /// The time since the first event.
    let offset: Duration?
    /// Whether the procedure failed here.
    var isMarked = false

    init(_ event: FlowEvent, at place: LadderPlace, since origin: Timestamp) {
        self.place = place
        self.event = event
        gap = nil
        offset = event.timestamp - origin
        // An answer that tells of a failure further on is no failure of its own.
        isMarked = event.hasFailed && (place.isQuestion || place.isNote)
    }

    init(_ gap: Gap, at place: LadderPlace) {
        self.place = place
        event = nil
        self.gap = gap
        offset = nil
    }

    var step: Int { place.step }

    /// The word on the arrow.
    var label: String {
        guard let event else { return "" }
        let hasAUTS = event.message.hasSuffix("with AUTS")
        switch event.step {
        case 1, 11: return hasAUTS ? "AUTS" : "REGISTER"
        case 10, 12: return event.status.map(String.init) ?? ""
        case 2, 4, 5: return hasAUTS ? "auth+AUTS" : "get auth"
        case 6, 7, 9: return event.hasFailed ? "\(event.status ?? 0)" : "vectors"
        default: return ""
        }
    }

    /// The text beside the ladder, 12 characters at most.
    var remark: String {
        guard let event else { return gap?.rawValue ?? "" }
        let status = event.status.map { String($0) } ?? ""
        guard place.isQuestion, let duration = event.duration else { return place.isNote || place.isQuestion ? status : "" }
        return "\(status) \(LadderRow.shortTime(duration))"
    }

    /// Milliseconds with one decimal: `41.8`; whole ones from a hundred seconds on.
    static func milliseconds(_ duration: Duration) -> String {
        let tenths = (max(0, Int(duration / .microseconds(1))) + 50) / 100
        return tenths < 1_000_000 ? "\(tenths / 10).\(tenths % 10)" : "\(tenths / 10)"
    }

    /// `9.1 ms`, `412 ms`, `1.8 s`, `32 s`: seven characters at most for less than three hours.
    private static func shortTime(_ duration: Duration) -> String {
        let tenths = (max(0, Int(duration / .microseconds(1))) + 50) / 100
        if tenths < 1_000 { return "\(tenths / 10).\(tenths % 10) ms" }
        if tenths < 10_000 { return "\(tenths / 10) ms" }
        return tenths < 100_000 ? "\(tenths / 10_000).\(tenths / 1_000 % 10) s" : "\(tenths / 10_000) s"
    }
}
