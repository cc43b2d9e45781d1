package import Base

/// The deadline, the trace and the caller of a question: everything that goes from hop to hop beside the question itself.
///
/// An object, because every step of a question hands it on.
package final class CallContext: Sendable {
    /// Nobody waits for an answer after this moment.
    package let deadline: Instant
    package let traceParent: TraceParent
    /// `3gpp-Sbi-Correlation-Info` as it came; for logs and the next hop, never for a decision.
    package let correlationInfo: String?
    /// The verified system of the caller; nil where none is proven.
    package let peer: SystemID?

    package init(deadline: Instant, traceParent: TraceParent, correlationInfo: String? = nil, peer: SystemID? = nil) {
        self.deadline = deadline
        self.traceParent = traceParent
        self.correlationInfo = correlationInfo
        self.peer = peer
    }

    package var withoutCorrelationInfo: CallContext { CallContext(deadline: deadline, traceParent: traceParent, peer: peer) }
}
