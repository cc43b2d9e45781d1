package import HTTPKit
internal import Logging
package import Nhss
internal import NhssHTTP
package import SBI
package import ServiceKit

extension Service {
    /// The operation on the signalling listener, answered by `source`; each failure is a line in the log with its trace, never with an identity.
    ///
    /// - Parameter recognise: finds the system that the names in a caller's certificate stand for; where it is nil, only this system's own name does.
    package func signallingRouter(_ source: any AuthenticationInformationSource, recognising recognise: SystemRecognition? = nil) -> Router {
        let recognise = recognise ?? ownSystem
        let failures = FailureLog(self)
        let routes = NhssRoutes(
            source, identifying: ConnectionIdentification(service: self, recognise: recognise), random: SpanNumbers.next,
            callbacks: CallbackPolicy(
                refusal: { [isSecure = configuration.tls != nil] in CallbackHost.refusal(of: $0, from: $1, isSecure: isSecure)?.rawValue },
                onIgnored: ignoredCallbacks()),
            onFailure: failures.record)
        var router = Router(describing: Problem.details)
        routes.add(to: &router)
        return router
    }

    /// Counts and logs addresses for notices that are not used. The question is answered all the same, but nobody is told when its user is shut out.
    private func ignoredCallbacks() -> @Sendable (String, CallContext) -> Void {
        let ignored = metrics.counter(
            "mc_callbacks_ignored_total", help: "Questions whose deregCallbackUri is not used: nobody is told when the user is shut out.")
        return { [logger] reason, context in
            ignored.add()
            logger.warning(
                "deregCallbackUri is not used, the caller will not be told when the user is shut out",
                metadata: [
                    "trace": .string(context.traceParent.traceIDText), "peer": .string(context.peer?.text ?? "-"), "reason": .string(reason),
                ])
        }
    }

    /// A source that asks the next hop.
    /// - Parameter apiRoots: in the order in which they are tried.
    package func nextHop(_ apiRoots: [APIRoot]) -> any AuthenticationInformationSource {
        NhssClient(client, apiRoots: apiRoots, random: SpanNumbers.next)
    }

    /// A source for questions that this service asks on its own account, whose failures count as those of the questions that it answers.
    package func countingFailures(of source: any AuthenticationInformationSource) -> any AuthenticationInformationSource {
        CountedSource(source: source, failures: FailureCounters(metrics))
    }
}

extension ServiceConfiguration {
    /// The name of this system, as identities of systems are compared. The name that callers without TLS count as is checked with it.
    package func ownSystem() throws(ConfigurationError) -> SystemID {
        if let peer = insecurePeerAs { _ = try ServiceConfiguration.system("insecure-peer-as", peer) }
        return try ServiceConfiguration.system("system-id", systemID)
    }

    private static func system(_ flag: String, _ name: String) throws(ConfigurationError) -> SystemID {
        do { return try SystemID(name) } catch { throw ConfigurationError(flag, "\(name) \(error.reason)") }
    }

    /// A setting that is the root of an API.
    package static func apiRoot(_ flag: String, _ text: String) throws(ConfigurationError) -> APIRoot {
        do { return try APIRoot(parsing: text) } catch { throw ConfigurationError(flag, error.reason) }
    }
}

/// Counts and logs the failures that a hop answers.
private struct FailureLog: Sendable {
    private let logger: Logger
    private let failures: FailureCounters

    init(_ service: Service) {
        logger = service.logger
        failures = FailureCounters(service.metrics)
    }

    func record(_ failure: AuthFailure, _ context: CallContext) {
        failures.count(failure)
        logger.warning(
            "no authentication information",
            metadata: [
                "trace": .string(context.traceParent.traceIDText), "peer": .string(context.peer?.text ?? "-"),
                "cause": .string(failure.code.rawValue),
                "reason": .string(failure.reason),
            ])
    }
}
