internal import Base
internal import HTTPKit
package import Nhss

/// A source that tells observers how each question to it ended and how long it took, for the flow events of the figure.
package struct ObservedSource: AuthenticationInformationSource {
    /// A question that was answered or failed, in plain values and without the answer.
    package struct Observation: Sendable {
        package let traceParent: TraceParent
        package let impi: IMPI
        package let impu: IMPU?
        /// The HTTP status the outcome has between hops.
        package let status: Int
        /// Why it failed, if it failed: the cause as problem documents name it, and the reason for people.
        package let cause: String?
        package let reason: String?
        /// Whether the question carries the AUTS of a UE. The AUTS itself is not here: it tells where the UE's counter stands.
        package let isResynchronisation: Bool
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
        let question = Question(request, in: context)
        do throws(AuthFailure) {
            let answer = try await source.authenticationInformation(request, in: context)
            tell(question.ended())
            return answer
        } catch {
            tell(question.ended(error))
            throw error
        }
    }

    private func tell(_ observation: Observation) {
        for observer in observers { observer(observation) }
    }

    /// A question under way, for steps of the procedure that are not sources.
    package struct Question {
        private let request: AuthenticationInformationRequest
        private let context: CallContext
        private let began: Instant

        package init(_ request: AuthenticationInformationRequest, in context: CallContext) {
            self.request = request
            self.context = context
            began = .now
        }

        /// The observation of the question, which ends now.
        package func ended(_ failure: AuthFailure? = nil) -> Observation {
            Observation(
                traceParent: context.traceParent, impi: request.impi, impu: request.impu, status: failure?.status.code ?? 200,
                cause: failure?.cause, reason: failure?.reason, isResynchronisation: request.resynchronisation != nil, duration: .now - began)
        }
    }
}
