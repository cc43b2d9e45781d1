internal import HTTPKit
package import Nhss

/// A source that tells of each question put to it: how it ended and how long it took. For the flow events of the figure.
package struct ObservedSource: AuthenticationInformationSource {
    /// One question answered, in plain values: nothing of the answer itself.
    package struct Observation: Sendable {
        package let traceParent: TraceParent
        package let impi: IMPI
        package let impu: IMPU?
        /// The HTTP status the outcome has between hops.
        package let status: Int
        /// The failure's code, if it failed.
        package let failure: String?
        package let duration: Duration
    }

    package typealias Observer = @Sendable (Observation) -> Void

    private let source: any AuthenticationInformationSource
    private let observers: [Observer]

    package init(_ source: any AuthenticationInformationSource, _ observers: Observer...) {
        self.source = source
        self.observers = observers
    }

    package func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        try await ObservedSource.observed(request, in: context, by: observers) { () async throws(AuthFailure) in
            try await source.authenticationInformation(request, in: context)
        }
    }

    /// Does one step of the procedure and tells of it.
    @inline(__always) package static func observed<Value: Sendable>(
        _ request: AuthenticationInformationRequest, in context: CallContext, by observers: [Observer],
        _ step: () async throws(AuthFailure) -> Value
    ) async throws(AuthFailure) -> Value {
        let began = ContinuousClock.now
        func tell(_ failure: AuthFailure?) {
            let observation = Observation(
                traceParent: context.traceParent, impi: request.impi, impu: request.impu, status: failure?.status.code ?? 200,
                failure: failure?.code.rawValue, duration: .now - began)
            for observer in observers { observer(observation) }
        }
        do {
            let value = try await step()
            tell(nil)
            return value
        } catch {
            tell(error)
            throw error
        }
    }
}
