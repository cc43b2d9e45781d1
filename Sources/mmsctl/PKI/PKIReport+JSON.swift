internal import Base
internal import HTTPKit
internal import PKI

/// The report as JSON, for scripts.
extension PKIReport {
    static func write(_ item: Inspected, file: String, _ lists: RevocationLists, now: Timestamp, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("file", file)
        switch item {
        case .certificate(let facts): write(facts, lists.revocation(of: facts), now: now, to: &writer)
        case .revocationList(let facts): write(facts, now: now, to: &writer)
        case .privateKey: writer.member("kind", "privateKey")
        case .other(let label):
            writer.member("kind", "other")
            writer.member("label", label)
        }
        writer.endObject()
    }

    static func write(_ error: PKIError, file: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("file", file)
        writer.member("kind", "unreadable")
        writer.member("reason", error.reason)
        writer.endObject()
    }

    private static func write(_ facts: CertificateFacts, _ revocation: Revocation?, now: Timestamp, to writer: inout JSONWriter) {
        writer.member("kind", facts.isAuthority ? "authority" : "certificate")
        writer.member("subject", facts.subject)
        writer.member("issuer", facts.issuer)
        writer.member("serial", "\(facts.serial)")
        write(
            revocation == nil ? "\(facts.state(at: now))" : "revoked", from: ("notBefore", facts.notBefore), until: ("notAfter", facts.notAfter),
            now: now, to: &writer)
        if let revocation {
            writer.member("revocation")
            writer.beginObject()
            writer.member("list", revocation.file)
            writeMoment(of: revocation.entry, to: &writer)
            writer.endObject()
        }
        write("names", facts.names, to: &writer)
        write("permitted", facts.permitted, to: &writer)
        write("excluded", facts.excluded, to: &writer)
        write("extendedKeyUsages", facts.extendedKeyUsages, to: &writer)
        writer.member("keyType", facts.keyType)
        writer.member("sha256", facts.fingerprint)
    }

    private static func write(_ facts: RevocationListFacts, now: Timestamp, to writer: inout JSONWriter) {
        writer.member("kind", "revocationList")
        writer.member("issuer", facts.issuer)
        if let number = facts.number { writer.member("number", "\(number)") }
        write("\(facts.state(at: now))", from: ("thisUpdate", facts.thisUpdate), until: ("nextUpdate", facts.nextUpdate), now: now, to: &writer)
        writer.member("revoked")
        writer.beginArray()
        for entry in facts.revoked {
            writer.beginObject()
            writer.member("serial", "\(entry.serial)")
            writeMoment(of: entry, to: &writer)
            writer.endObject()
        }
        writer.endArray()
    }

    private static func writeMoment(of entry: RevocationListFacts.Revoked, to writer: inout JSONWriter) {
        if let date = entry.date { writer.member("date", "\(date)") }
        if let reason = entry.reason { writer.member("reason", reason.name) }
    }

    private static func write(
        _ state: String, from start: (name: String, moment: Timestamp?), until end: (name: String, moment: Timestamp?), now: Timestamp,
        to writer: inout JSONWriter
    ) {
        if let moment = start.moment { writer.member(start.name, "\(moment)") }
        if let moment = end.moment {
            writer.member(end.name, "\(moment)")
            writer.member("daysLeft", Int(now.days(until: moment)))
        }
        writer.member("state", state)
    }

    private static func write(_ name: String, _ values: [String], to writer: inout JSONWriter) {
        writer.member(name)
        writer.beginArray()
        for value in values { writer.string(value) }
        writer.endArray()
    }
}
