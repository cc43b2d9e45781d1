package import Base

/// One arrow or note of TS 23.280 figure 10.1.6.2-1 that a service took part in. Never holds a key or a vector.
///
/// A service records it (`FlowEvents`) and tells it at `/admin/v1/flow-events`; `mmsctl trace` reads it there.
package struct FlowEvent: Sendable, Equatable {
    package let timestamp: Timestamp
    /// The trace id of W3C Trace Context: 32 lower-case hexadecimal digits.
    package let trace: String
    /// 1 to 12, as in the figure.
    package let step: Int
    /// `ue`, `sip-core-stub@SYSTEM`, `partner-mms@SYSTEM`, `primary-mms@SYSTEM` or `authdb@SYSTEM`.
    package let from: String
    package let to: String
    package let message: String
    /// The HTTP or SIP status code, where the event is an answer.
    package let status: Int?
    /// From the request to its answer.
    package let duration: Duration?
    /// The private and the public identity the event is about, as the sender knows them.
    package let impi: String?
    package let impu: String?
    /// Why a step failed, in the word of TS 29.500 that stands in problem documents: `MIGRATION_NOT_ALLOWED`.
    package let cause: String?
    /// Why a step failed, for people: the reason in the log of the hop that records the event.
    package let reason: String?

    /// Each text is cut at `Limits.textBytesMax`, and its control characters are made visible.
    package init(
        timestamp: Timestamp = .now(), trace: String, step: Int, from: String, to: String, message: String, status: Int? = nil,
        duration: Duration? = nil, impi: String? = nil, impu: String? = nil, cause: String? = nil, reason: String? = nil
    ) {
        func bounded(_ text: String) -> String { LogText.visible(text, bytesMax: Limits.textBytesMax) }
        self.timestamp = timestamp
        self.trace = bounded(trace)
        self.step = step
        self.from = bounded(from)
        self.to = bounded(to)
        self.message = bounded(message)
        self.status = status
        self.duration = duration
        self.impi = impi.map(bounded)
        self.impu = impu.map(bounded)
        self.cause = cause.map(bounded)
        self.reason = reason.map(bounded)
    }

    /// Whether the step is an answer that refuses. A 401 is no failure: it is the challenge.
    package var hasFailed: Bool { (status ?? 0) >= 400 && status != 401 }
}
