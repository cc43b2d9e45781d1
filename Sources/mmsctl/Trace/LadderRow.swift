internal import Base
internal import Flow

/// An arrow of the ladder, or a note where both ends are one party.
struct LadderRow {
    let step: Int
    let from: String
    let to: String
    let label: String
    /// The time since the first event; nil for a step that nobody recorded.
    let offset: Duration?
    let status: Int?
    let hasFailed: Bool
    let remark: String

    var isMissing: Bool { offset == nil }
    var isNote: Bool { from == to }

    init(_ event: FlowEvent, from: String, to: String, since origin: Timestamp) {
        step = event.step
        self.from = from
        self.to = to
        offset = event.timestamp - origin
        status = event.status
        hasFailed = event.hasFailed
        label = LadderRow.label(event)
        var remarks = [event.impi ?? ""]
        if let status = event.status { remarks.append(String(status)) }
        if [2, 4, 5].contains(event.step), let duration = event.duration { remarks.append(LadderRow.milliseconds(duration) + " ms") }
        if let detail = event.detail { remarks.append(detail) }
        remark = remarks.filter { !$0.isEmpty }.joined(separator: "  ")
    }

    private init(missing step: Int) {
        self.step = step
        let ends = [
            ("ue", "partner-core"), ("partner-core", "partner-mms"), ("partner-mms", "partner-mms"), ("partner-mms", "primary-mms"),
            ("primary-mms", "authdb"), ("authdb", "primary-mms"), ("primary-mms", "partner-mms"), ("partner-mms", "partner-mms"),
            ("partner-mms", "partner-core"), ("partner-core", "ue"), ("ue", "partner-core"), ("partner-core", "ue"),
        ][step - 1]
        (from, to) = ends
        label = "missing"
        offset = nil
        status = nil
        hasFailed = false
        remark = "missing"
    }

    static func missing(_ step: Int) -> LadderRow { LadderRow(missing: step) }

    private static func label(_ event: FlowEvent) -> String {
        switch event.step {
        case 1, 11: "REGISTER"
        case 10, 12: event.status.map(String.init) ?? ""
        case 2, 4, 5: "get auth"
        case 6, 7, 9: event.hasFailed ? "\(event.status ?? 0)" : "vectors"
        default: ""
        }
    }

    /// Milliseconds with one decimal: `41.8`.
    static func milliseconds(_ duration: Duration) -> String {
        let tenths = (Int(duration / .microseconds(1)) + 50) / 100
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension FlowEvent {
    /// Whether the step is an answer that refuses. A 401 is no failure: it is the challenge.
    var hasFailed: Bool { (status ?? 0) >= 400 && status != 401 }
}
