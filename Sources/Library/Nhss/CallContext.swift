package import Base

/// What goes with a request from hop to hop, apart from what is asked.
///
/// An object: it is handed on through every step.
package final class CallContext: Sendable {
    /// An answer after this is of no use to anyone.
    package let deadline: Instant
    package let traceParent: TraceParent
    /// `3gpp-Sbi-Correlation-Info` as it came; for logs and the next hop, never for a decision.
    package let correlationInfo: String?
    /// Who asks, already verified; nil when nobody vouches for anyone.
    package let peer: SystemID?

    package init(deadline: Instant, traceParent: TraceParent, correlationInfo: String? = nil, peer: SystemID? = nil) {
        self.deadline = deadline
        self.traceParent = traceParent
        self.correlationInfo = correlationInfo
        self.peer = peer
    }

    package var withoutCorrelationInfo: CallContext { CallContext(deadline: deadline, traceParent: traceParent, peer: peer) }
}
