package import Base
package import HTTPKit
package import Nhss

/// Serves an `AuthenticationInformationSource` as Nhss_imsUEAuthentication (TS 29.562 §6.3).
///
/// Answers carry `Cache-Control: no-store`: vectors are good for one authentication. What a failure's `reason` says goes to `onFailure` only.
package struct NhssRoutes: Sendable {
    /// Which system is on the other end, if the connection proves it.
    package typealias PeerIdentifier = @Sendable (Peer) -> SystemID?

    private let source: any AuthenticationInformationSource
    private let identify: PeerIdentifier
    private let random: @Sendable () -> UInt64
    private let now: @Sendable () -> Instant
    private let responseTimeMax: Duration
    private let onFailure: @Sendable (AuthFailure, CallContext) -> Void

    /// - Parameters:
    ///   - random: evenly spread values, for traces that start here.
    ///   - onFailure: told of each failure on the event loop before it is answered; for the log.
    package init(
        _ source: any AuthenticationInformationSource, identifying identify: @escaping PeerIdentifier, random: @escaping @Sendable () -> UInt64,
        now: @escaping @Sendable () -> Instant = { .now }, responseTimeMax: Duration = NhssHTTPLimits.responseTimeMax,
        onFailure: @escaping @Sendable (AuthFailure, CallContext) -> Void = { _, _ in }
    ) {
        self.source = source
        self.identify = identify
        self.random = random
        self.now = now
        self.responseTimeMax = responseTimeMax
        self.onFailure = onFailure
    }

    package func add(to router: inout Router) {
        router.on(.post, NhssOperation.pattern, IMPI.self) { (request, impi) throws(Problem) in try reply(to: request, about: impi) }
    }

    private func reply(to request: Request, about impi: IMPI) throws(Problem) -> Reply {
        guard request.hasMediaType(NhssOperation.mediaType) else {
            throw Problem(.unsupportedMediaType, detail: "the body must be \(NhssOperation.mediaType)", fields: ["Accept": NhssOperation.mediaType])
        }
        let question: AuthenticationInformationRequest
        do throws(JSONError) {
            question = try AuthenticationInformationRequest(impi: impi, json: request.body)
        } catch { throw Problem(error, mandatory: ["cscfServerName", "sipAuthenticationScheme"]) }
        let context = context(of: request)
        return .later { await answer(question, in: context) }
    }

    /// Inlined: an asynchronous function of its own has memory of its own, and a way back to its caller.
    @inline(__always) private func answer(_ question: AuthenticationInformationRequest, in context: CallContext) async -> Response {
        do throws(AuthFailure) {
            guard context.deadline > now() else { throw AuthFailure(.timedOut, "there was no time left when the request came") }
            let information = try await source.authenticationInformation(question, in: context)
            return Response(.ok, fields: NhssRoutes.answerFields, body: information.json())
        } catch { return refusal(error, context) }
    }

    @inline(never)
    private func refusal(_ failure: AuthFailure, _ context: CallContext) -> Response {
        onFailure(failure, context)
        var problem = failure.problem
        problem.fields.append("Cache-Control", "no-store")
        return problem.response
    }

    private static let answerFields: Fields = ["Content-Type": NhssOperation.mediaType, "Cache-Control": "no-store"]

    private func context(of request: Request) -> CallContext {
        let trace = request.fields.onlyValue(NhssOperation.traceParent).flatMap { TraceParent(parsing: $0) }
        return CallContext(
            deadline: now() + responseTime(request.fields), traceParent: trace ?? TraceParent(random: random),
            correlationInfo: correlationInfo(request.fields), peer: identify(request.peer))
    }

    /// The caller's own limit, if it is shorter than ours.
    ///
    /// The field is a hint that can only shorten the wait: one that is malformed or there twice is ignored, as an unknown one would be
    /// (TS 29.500 §5.2.3.1), and refuses nobody.
    private func responseTime(_ fields: Fields) -> Duration {
        guard let text = fields.onlyValue(NhssOperation.maxResponseTime) else { return responseTimeMax }
        guard let milliseconds = NhssOperation.digits(text, digitsMax: 5) else { return responseTimeMax }
        return min(responseTimeMax, .milliseconds(milliseconds))
    }

    private func correlationInfo(_ fields: Fields) -> String? {
        guard let text = fields.onlyValue(NhssOperation.correlationInfo), NhssOperation.isCorrelationInfo(text) else { return nil }
        return String(decoding: text, as: UTF8.self)
    }
}
