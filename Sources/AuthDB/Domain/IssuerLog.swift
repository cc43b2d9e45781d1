internal import Logging
internal import Nhss

/// Writes the events of the issuer that an operator has to act on.
struct IssuerLog: Sendable {
    let logger: Logger

    func record(_ event: VectorIssuer.Event) {
        switch event {
        case .nearEnd(let impi):
            logger.warning("a subscriber's sequence numbers come near their end: the card should be replaced", metadata: ["impi": .string(impi.text)])
        case .exhausted(let impi):
            logger.error(
                "a subscriber has no sequence number left: replace the card, then PATCH the subscriber with resetSqn",
                metadata: ["impi": .string(impi.text)])
        case .issued, .resynchronised, .resynchronisationRejected: break
        }
    }
}
