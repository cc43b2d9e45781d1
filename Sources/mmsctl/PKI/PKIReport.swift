internal import Base
internal import PKI

/// Tells people about the items in certificate files.
enum PKIReport {
    static func isSound(_ item: Inspected, _ lists: RevocationLists, now: Timestamp) -> Bool {
        switch item {
        case .certificate(let facts): facts.state(at: now) == .valid && lists.revocation(of: facts) == nil
        case .revocationList(let facts): facts.state(at: now) == .valid
        case .privateKey, .other: true
        }
    }

    static func text(_ item: Inspected, _ lists: RevocationLists, now: Timestamp) -> String {
        switch item {
        case .certificate(let facts): text(facts, lists, now: now)
        case .revocationList(let facts): text(facts, now: now)
        case .privateKey: "    a private key: not shown"
        case .other(let label): "    \(label): not shown"
        }
    }

    static func text(_ facts: CertificateFacts, _ lists: RevocationLists = .none, now: Timestamp) -> String {
        let validity = "\(date(facts.notBefore)) to \(date(facts.notAfter)), \(remark(facts.state(at: now), until: facts.notAfter, now: now))"
        var lines = [
            (facts.isAuthority ? "CA certificate" : "certificate", facts.subject), ("issuer", facts.issuer), ("serial", "\(facts.serial)"),
            ("valid", validity), ("state", lists.revocation(of: facts)?.text ?? ""),
            ("names", facts.names.joined(separator: ", ")), ("vouches for", facts.permitted.joined(separator: ", ")),
            ("never for", facts.excluded.joined(separator: ", ")), ("use", facts.extendedKeyUsages.joined(separator: ", ")),
        ]
        lines += [("key", facts.keyType), ("SHA-256", facts.fingerprint)]
        return columns(lines)
    }

    static func text(_ facts: RevocationListFacts, now: Timestamp) -> String {
        let validity = "\(date(facts.thisUpdate)) to \(date(facts.nextUpdate)), \(remark(facts.state(at: now), until: facts.nextUpdate, now: now))"
        var lines = [("revocation list", facts.issuer), ("number", facts.number.map { "\($0)" } ?? "none"), ("valid", validity)]
        lines += facts.revoked.map { ("revoked", "\($0.serial) at \(date($0.date))\($0.reason.map { ", \($0.name)" } ?? "")") }
        if facts.revoked.isEmpty { lines.append(("revoked", "none")) }
        return columns(lines)
    }

    private static func date(_ moment: Timestamp?) -> String { moment.map { "\($0)" } ?? "(no date)" }

    private static func remark(_ state: ValidityState, until end: Timestamp?, now: Timestamp) -> String {
        switch state {
        case .notYetValid: "NOT VALID YET"
        case .expired: "EXPIRED"
        case .valid: end.map { now.days(until: $0) }.map { "expires in \($0) \($0 == 1 ? "day" : "days")" } ?? ""
        }
    }

    /// A line for each name with a value.
    private static func columns(_ lines: [(name: String, value: String)]) -> String {
        let width = 16
        return lines.filter { !$0.value.isEmpty }
            .map { "    \($0.name)\(String(repeating: " ", count: max(1, width - $0.name.utf8.count)))\($0.value)" }.joined(separator: "\n")
    }
}
