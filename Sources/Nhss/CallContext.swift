/// What goes with a request from hop to hop, apart from what is asked.
package struct CallContext: Sendable {
    /// An answer after this is of no use to anyone.
    package var deadline: ContinuousClock.Instant
    package var traceParent: TraceParent
    /// `3gpp-Sbi-Correlation-Info` as it came; for logs and the next hop, never for a decision.
    package var correlationInfo: String?
    /// Who asks, already verified; nil when nobody vouches for anyone.
    package var peer: SystemID?

    package init(deadline: ContinuousClock.Instant, traceParent: TraceParent, correlationInfo: String? = nil, peer: SystemID? = nil) {
        self.deadline = deadline
        self.traceParent = traceParent
        self.correlationInfo = correlationInfo
        self.peer = peer
    }
}
