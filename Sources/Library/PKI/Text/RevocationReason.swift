/// Why a certificate was revoked; the raw values are those of CRLReason (RFC 5280 §5.3.1).
package enum RevocationReason: Int, Sendable, CaseIterable {
    case unspecified = 0
    case keyCompromise = 1
    case affiliationChanged = 3
    case superseded = 4
    case cessationOfOperation = 5

    package init?(name: String) {
        guard let reason = RevocationReason.allCases.first(where: { $0.name == name }) else { return nil }
        self = reason
    }

    package var name: String { "\(self)" }
}
