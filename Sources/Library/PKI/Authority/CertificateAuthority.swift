package import Base
import COpenSSL

/// The CA of one MC system, for laboratories, in a directory: `ca.crt`, `ca.key`, `ca.crl`, `index.txt`, `crlnumber`.
///
/// Each method locks the directory, reads the files and writes them again: nothing is kept in memory between two calls.
package struct CertificateAuthority: Sendable {
    let directory: String
    let clock: @Sendable () -> Timestamp

    package init(directory: String, clock: @escaping @Sendable () -> Timestamp) {
        self.directory = directory
        self.clock = clock
    }

    package var certificatePath: String { file("ca.crt") }
    package var revocationListPath: String { file("ca.crl") }
    var keyPath: String { file("ca.key") }
    var indexPath: String { file("index.txt") }
    var numberPath: String { file("crlnumber") }

    func file(_ name: String) -> String { directory.utf8.last == UInt8(ascii: "/") ? directory + name : "\(directory)/\(name)" }

    /// Makes the CA, and its directory where that is missing.
    ///
    /// - Throws: `.alreadyExists` where the directory has a file of a CA; `.malformed`, `.cannotWrite`, `.busy`, `.engineFailed`.
    package func create(_ plan: AuthorityPlan) throws(PKIError) -> CertificateFacts {
        let template = try template(for: plan)
        let listPeriod = try CertificateOrder.period(days: plan.listDays)
        try DirectoryLock.makeDirectory(directory)
        let lock = try DirectoryLock(directory)
        for path in [certificatePath, keyPath, revocationListPath, indexPath, numberPath] where PKIFile.exists(path) {
            throw PKIError(.alreadyExists, "\(path) is there, and a CA is not overwritten: choose another directory")
        }
        let key = try PrivateKey.generate()
        let certificate = try template.signed(subjectKey: key, issuer: nil, issuerKey: key)
        try PKIFile.write(try key.pem(), to: keyPath, .mustBeNew)
        try PKIFile.write(try certificate.pem(), to: certificatePath, .mustBeNew)
        try PKIFile.write([], to: indexPath, .mustBeNew)
        _ = try Opened(certificate: certificate, key: key, index: CertificateIndex()).writeList(number: 1, period: listPeriod, for: self)
        _ = consume lock
        return CertificateFacts(certificate)
    }

    private func template(for plan: AuthorityPlan) throws(PKIError) -> CertificateTemplate {
        let commonName = CertificateAuthority.namePrefix + (try DomainText.canonical(plan.system))
        guard commonName.utf8.count <= Limits.commonNameBytesMax else {
            let most = Limits.commonNameBytesMax - CertificateAuthority.namePrefix.utf8.count
            throw PKIError(.malformed, "the system's name is longer than \(most) octets")
        }
        let now = clock()
        return CertificateTemplate(
            commonName: commonName, serial: try .random(), notBefore: now + CertificateOrder.backdating,
            notAfter: now + (try CertificateOrder.period(days: plan.days)),
            extensions: [
                (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"), (NID_key_usage, "critical,keyCertSign,cRLSign"),
                (NID_subject_key_identifier, "hash"), (NID_name_constraints, try plan.nameConstraints()),
            ])
    }

    private static let namePrefix = "MC CA "

    /// Issues a certificate with a new key, and writes both. Files of these names are replaced.
    ///
    /// - Throws: `.outsideConstraints` for a name the CA may not vouch for, `.outsideValidity` when the CA has expired;
    ///   `.malformed`, `.tooLarge`, `.unreadable`, `.cannotWrite`, `.busy`, `.engineFailed`.
    package func issue(_ order: CertificateOrder) throws(PKIError) -> IssuedCertificate {
        let service = try order.checkedService()
        let prefix = try checkedPrefix(order.prefix ?? file(service))
        let lock = try DirectoryLock(directory)
        var opened = try open()
        let template = try template(for: order, service: service, under: opened)
        let key = try PrivateKey.generate()
        let certificate = try template.signed(subjectKey: key, issuer: opened.certificate, issuerKey: opened.key)
        try certificate.verify(under: opened.certificate)
        // The index is written first, so that every certificate that exists can be revoked.
        try opened.index.add(
            CertificateIndex.Entry(
                serial: template.serial, notAfter: template.notAfter, subject: "/CN=\(template.commonName)", file: "\(service).crt", revocation: nil))
        try PKIFile.write(opened.index.octets, to: indexPath)
        try PKIFile.write(try key.pem(), to: "\(prefix).key")
        try PKIFile.write(try certificate.pem(), to: "\(prefix).crt")
        _ = consume lock
        return IssuedCertificate(certificatePath: "\(prefix).crt", keyPath: "\(prefix).key", facts: CertificateFacts(certificate))
    }

    /// Refuses `ca`, in any directory: those would be the files of a CA.
    private func checkedPrefix(_ prefix: String) throws(PKIError) -> String {
        let name = prefix.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last ?? prefix.utf8[...]
        guard !name.isEmpty, !name.elementsEqual("ca".utf8) else {
            throw PKIError(.malformed, "\(Printable.text(prefix.utf8)) is no place for a certificate: a name other than ca is needed")
        }
        return prefix
    }

    private func template(for order: CertificateOrder, service: String, under opened: Opened) throws(PKIError) -> CertificateTemplate {
        let permitted = GeneralNames.constraints(of: opened.certificate.handle)?.permitted ?? []
        guard let system = permitted.first(where: { $0.utf8.starts(with: "DNS:".utf8) })?.dropFirst(4) else {
            throw PKIError(.unreadable, "\(certificatePath) does not name the system that it vouches for: it was not made by mmsctl pki init")
        }
        let now = clock()
        guard let end = opened.certificate.notAfter, end > now else { throw PKIError(.outsideValidity, "\(certificatePath) has expired") }
        let commonName = "\(service).\(system)"
        let notBefore = now + order.notBefore
        let notAfter = min(end, now + order.notAfter)
        guard commonName.utf8.count <= Limits.commonNameBytesMax, notBefore < notAfter else {
            throw PKIError(.malformed, "\(commonName): longer than \(Limits.commonNameBytesMax) octets, or a validity that ends before it begins")
        }
        let names = try order.subjectNames(system: String(system), withLoopback: permitted.contains("DNS:" + AuthorityPlan.loopbackName))
        return CertificateTemplate(
            commonName: commonName, serial: try .random(), notBefore: notBefore, notAfter: notAfter,
            extensions: [
                (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"), (NID_ext_key_usage, order.usage.text),
                (NID_subject_key_identifier, "hash"), (NID_authority_key_identifier, "keyid:always"), (NID_subject_alt_name, names),
            ])
    }
}
