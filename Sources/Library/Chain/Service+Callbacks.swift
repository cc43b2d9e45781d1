internal import Base
package import Callbacks
package import HTTPKit
internal import Logging
package import Nhss
package import NhssHTTP
internal import SBI
package import ServiceKit
internal import Store

extension Service {
    /// Says where the next hop finds this service, once that is known.
    package func nameCallback(in ledger: CallbackLedger, at listen: SocketAddress) {
        if let root = configuration.callbackRoot {
            ledger.name(root + DeregistrationPath.text)
        } else if ["0.0.0.0:", "[::]:"].contains(where: { listen.description.utf8.starts(with: $0.utf8) }) {
            let warning =
                "peers are not told where to send notices of users who are shut out: --listen is a wildcard, and there is no --callback-root"
            ledger.name(nil)
            logger.warning("\(warning)")
            addReadinessCheck("callback-root", { nil }, warning: { warning })
        } else {
            ledger.name("\(configuration.tls == nil ? "http" : "https")://\(listen)\(DeregistrationPath.text)")
        }
    }

    /// Sends the notices that are due, until the task is cancelled.
    package func deliverCallbacks(of ledger: CallbackLedger) -> Task<Void, Never> {
        let delivery = CallbackDelivery(
            ledger.store, now: Timestamp.now, random: SpanNumbers.next, onEvent: CallbackLog(self).record,
            transport: { [client] (request, origin, deadline) async throws(ClientError) in
                try await client.send(request, to: origin, deadline: deadline)
            })
        return Task(executorPreference: group.first) { await delivery.run() }
    }

    /// Takes the notices of the next hop, from callers that `recognise` knows. Without TLS all callers are those of the laboratory.
    ///
    /// - Parameter take: is given what the next hop says, about the user as it knows them, and the system of the caller; nil in a laboratory.
    package func addDeregistrations(
        to router: inout Router, recognising recognise: @escaping SystemRecognition,
        _ take: @escaping @Sendable (DeregistrationNotice, SystemID?) async throws(Problem) -> Void
    ) {
        let isLaboratory = configuration.tls == nil
        let taken = metrics.counter("mc_deregistration_notices_taken_total", help: "Notices of the next hop that users are shut out.")
        let identification = ConnectionIdentification(service: self, recognise: recognise)
        DeregistrationRoutes(identifying: identification) { [logger] (notice, caller) async throws(Problem) in
            guard isLaboratory || caller != nil else {
                logger.warning("deregistration notice refused", metadata: ["reason": "the caller's certificate is not one of whoever let users in"])
                throw Problem(.forbidden, detail: "the caller may shut nobody out", cause: "REQUESTER_NOT_AUTHORIZED")
            }
            try await take(notice, isLaboratory ? nil : caller)
            taken.add()
            logger.info("deregistration notice taken", metadata: ["peer": .string(caller?.text ?? "-"), "cause": .string(notice.reason.rawValue)])
        }.add(to: &router)
    }
}
