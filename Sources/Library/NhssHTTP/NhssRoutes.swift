package import Base
package import HTTPKit
package import Nhss

/// Serves an `AuthenticationInformationSource` as Nhss_imsUEAuthentication (TS 29.562 §6.3).
///
/// Who asks is decided first: whoever is refused as a caller learns nothing about the body that was sent. Answers carry
/// `Cache-Control: no-store`: vectors are good for one authentication. The `reason` of a failure goes to `onFailure` only.
///
/// An object, because each request keeps it until it is answered.
package final class NhssRoutes: Sendable {
    private let source: any AuthenticationInformationSource
    private let callers: any CallerIdentification<SystemID?>
    private let random: @Sendable () -> UInt64
    private let now: @Sendable () -> Instant
    private let responseTimeMax: Duration
    private let callbacks: CallbackPolicy
    private let onFailure: @Sendable (AuthFailure, CallContext) -> Void

    /// - Parameters:
    ///   - callers: says which system a request comes from, nil where none is proven, and may refuse the request.
    ///   - random: evenly spread values, for traces that start here.
    ///   - callbacks: which `deregCallbackUri` may be called. One that may not counts as none.
    ///   - onFailure: told of each failure, and of each caller who is refused, on the event loop before it is answered; for the log.
    package init(
        _ source: any AuthenticationInformationSource, identifying callers: any CallerIdentification<SystemID?>,
        random: @escaping @Sendable () -> UInt64, now: @escaping @Sendable () -> Instant = { .now },
        responseTimeMax: Duration = NhssHTTPLimits.responseTimeMax, callbacks: CallbackPolicy = .none,
        onFailure: @escaping @Sendable (AuthFailure, CallContext) -> Void = { _, _ in }
    ) {
        self.source = source
        self.callers = callers
        self.random = random
        self.now = now
        self.responseTimeMax = responseTimeMax
        self.callbacks = callbacks
        self.onFailure = onFailure
    }

    package func add(to router: inout Router) {
        router.on(.post, NhssOperation.pattern, IMPI.self) { [self] (request, impi) throws(Problem) in reply(to: request, about: impi) }
    }

    /// The time that an answer may take runs from here.
    private func reply(to request: Request, about impi: IMPI) -> Reply {
        let deadline = now() + responseTime(request.fields)
        return .later { [self] in await answer(request, about: impi, by: deadline) }
    }

    /// Inlined: an asynchronous function of its own has memory of its own, and a way back to its caller.
    @inline(__always) private func answer(_ request: Request, about impi: IMPI, by deadline: Instant) async -> Response {
        let caller: SystemID?
        do throws(Problem) { caller = try await callers.caller(of: request) } catch { return refusal(error, of: request, by: deadline) }
        let question: AuthenticationInformationRequest
        let context = context(of: request, from: caller, by: deadline)
        do throws(Problem) { question = try self.question(in: request, about: impi, context) } catch { return error.response }
        do throws(AuthFailure) {
            guard deadline > now() else { throw AuthFailure(.timedOut, "there was no time left when the request came") }
            let information = try await source.authenticationInformation(question, in: context)
            return Response(.ok, fields: NhssRoutes.answerFields, body: information.json())
        } catch { return refusal(error, context) }
    }

    /// - Throws: 415 for a body that is not JSON by its own word, 400 for one that cannot be read.
    @inline(never)
    private func question(in request: Request, about impi: IMPI, _ context: CallContext) throws(Problem) -> AuthenticationInformationRequest {
        guard request.hasMediaType(NhssOperation.mediaType) else {
            throw Problem(.unsupportedMediaType, detail: "the body must be \(NhssOperation.mediaType)", fields: ["Accept": NhssOperation.mediaType])
        }
        let question: AuthenticationInformationRequest
        do throws(JSONError) { question = try AuthenticationInformationRequest(impi: impi, json: request.body) } catch {
            throw Problem(error, mandatory: ["cscfServerName", "sipAuthenticationScheme"])
        }
        guard let uri = question.deregCallbackUri, let refusal = callbacks.refusal(uri, request.peer) else { return question }
        callbacks.onIgnored(refusal, context)
        return question.calling(nil)
    }

    @inline(never)
    private func refusal(_ failure: AuthFailure, _ context: CallContext) -> Response {
        onFailure(failure, context)
        return NhssRoutes.unstored(failure.problem)
    }

    /// Answers a caller who was not let in, in the words of the identification.
    @inline(never)
    private func refusal(_ problem: Problem, of request: Request, by deadline: Instant) -> Response {
        let reason = "the caller is refused with \(problem.status): \(problem.detail ?? "")"
        onFailure(AuthFailure(.requesterNotAuthorised, reason), context(of: request, from: nil, by: deadline))
        return NhssRoutes.unstored(problem)
    }

    private static func unstored(_ problem: Problem) -> Response {
        var problem = problem
        problem.fields.append("Cache-Control", "no-store")
        return problem.response
    }

    private static let answerFields: Fields = ["Content-Type": NhssOperation.mediaType, "Cache-Control": "no-store"]

    @inline(never)
    private func context(of request: Request, from caller: SystemID?, by deadline: Instant) -> CallContext {
        let trace = request.fields.onlyValue(NhssOperation.traceParent).flatMap { TraceParent(parsing: $0) }
        return CallContext(
            deadline: deadline, traceParent: trace ?? TraceParent(random: random), correlationInfo: correlationInfo(request.fields), peer: caller)
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
