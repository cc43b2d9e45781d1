internal import Base

/// Decides which lines are written where many of one kind come: the first few of each second. It counts the others.
struct LineLimiter {
    enum Verdict {
        case admitted
        /// The line is left out. It is the first of its second to be.
        case firstLeftOut
        case leftOut
    }

    /// How many lines of a kind were left out.
    struct Omission: Equatable {
        let kind: LineKind
        let count: Int
    }

    private struct Window {
        let end: Instant
        var admitted = 0
        var leftOut = 0
    }

    private var windows: [LineKind: Window] = [:]
    /// The omissions of windows that are over and that nobody has been told of.
    private var ended: [Omission] = []

    mutating func verdict(on kind: LineKind, at now: Instant) -> Verdict {
        let kind = known(kind, at: now)
        var window = windows[kind] ?? Window(end: now + ServiceLimits.logWindowTime)
        if now >= window.end {
            end(window, of: kind)
            window = Window(end: now + ServiceLimits.logWindowTime)
        }
        defer { windows[kind] = window }
        guard window.admitted >= ServiceLimits.logLinesPerWindowMax else {
            window.admitted += 1
            return .admitted
        }
        window.leftOut += 1
        return window.leftOut == 1 ? .firstLeftOut : .leftOut
    }

    /// The omissions of all windows that are over.
    ///
    /// - Parameter now: nil stands for the end of all windows.
    mutating func takeOmissions(at now: Instant?) -> [Omission] {
        for (kind, window) in windows where now.map({ $0 >= window.end }) ?? true {
            end(window, of: kind)
            windows[kind] = nil
        }
        defer { ended = [] }
        return ended
    }

    /// When the next omission can be told; nil where there is none.
    var nextOmission: Instant? {
        guard ended.isEmpty else { return .now }
        return windows.values.filter { $0.leftOut > 0 }.map(\.end).min()
    }

    private mutating func end(_ window: Window, of kind: LineKind) {
        if window.leftOut > 0 { ended.append(Omission(kind: kind, count: window.leftOut)) }
    }

    /// The kind itself, or the one that stands for all those for which there is no room.
    private mutating func known(_ kind: LineKind, at now: Instant) -> LineKind {
        guard windows[kind] == nil, windows.count >= ServiceLimits.logKindsMax else { return kind }
        windows = windows.filter { $0.value.end > now || $0.value.leftOut > 0 }
        return windows.count < ServiceLimits.logKindsMax ? kind : .other
    }
}
