internal import Base

/// The certificates that a CA has issued and revoked, in the format of `openssl ca` (`index.txt`): each line is a certificate, with
/// tabs between status, end of validity, revocation, serial number, file and subject.
struct CertificateIndex {
    struct Entry {
        let serial: SerialNumber
        let notAfter: Timestamp
        /// The subject as `/CN=…`.
        let subject: String
        let file: String
        var revocation: Revocation?
    }

    struct Revocation {
        let date: Timestamp
        let reason: RevocationReason
    }

    private(set) var entries: [Entry] = []

    init() {}

    /// - Throws: `.unreadable`, naming file and line.
    init(_ text: some Collection<UInt8>, path: String) throws(PKIError) {
        for (number, line) in text.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard let entry = Entry(line: line) else { throw PKIError(.unreadable, "\(path): line \(number + 1) is damaged") }
            entries.append(entry)
        }
    }

    var octets: [UInt8] { entries.flatMap { Array($0.line.utf8) } }

    /// - Throws: `.tooLarge` for more certificates than the index may have.
    mutating func add(_ entry: Entry) throws(PKIError) {
        guard entries.count < Limits.certificatesMax else {
            throw PKIError(.tooLarge, "the index has \(entries.count) certificates: start a new CA")
        }
        entries.append(entry)
    }

    /// - Throws: `.unknownCertificate`, `.alreadyRevoked`.
    mutating func revoke(_ serial: SerialNumber, _ revocation: Revocation) throws(PKIError) {
        guard let position = entries.firstIndex(where: { $0.serial == serial }) else {
            throw PKIError(.unknownCertificate, "this CA has issued no certificate with the serial number \(serial)")
        }
        if let earlier = entries[position].revocation { throw PKIError(.alreadyRevoked, "\(serial) was revoked at \(earlier.date)") }
        entries[position].revocation = revocation
    }
}

extension CertificateIndex.Entry {
    fileprivate init?(line: some Collection<UInt8>) {
        let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        guard fields.count == 6, let notAfter = ASN1.timestamp(fields[1]), let serial = try? SerialNumber(hex: fields[3]) else { return nil }
        // `openssl ca -updatedb` turns V into E when a certificate has expired.
        guard fields[0] == "R" ? true : ["V", "E"].contains(fields[0]) && fields[2].isEmpty else { return nil }
        var revocation: CertificateIndex.Revocation?
        if fields[0] == "R" {
            let parts = fields[2].split(separator: ",", maxSplits: 1)
            guard let first = parts.first, let date = ASN1.timestamp(String(first)) else { return nil }
            guard let reason = parts.count == 2 ? RevocationReason(name: String(parts[1])) : .unspecified else { return nil }
            revocation = CertificateIndex.Revocation(date: date, reason: reason)
        }
        self.init(serial: serial, notAfter: notAfter, subject: fields[5], file: fields[4], revocation: revocation)
    }

    fileprivate var line: String {
        let revoked = revocation.map { $0.date.certificateText + ($0.reason == .unspecified ? "" : ",\($0.reason)") } ?? ""
        return "\(revocation == nil ? "V" : "R")\t\(notAfter.certificateText)\t\(revoked)\t\(serial)\t\(file)\t\(subject)\n"
    }
}
