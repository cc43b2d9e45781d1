internal import Base

extension CertificateAuthority {
    /// Revokes the certificate in a file, which this CA must have signed, and renews the list.
    ///
    /// - Throws: as `revoke(_:reason:listDays:)`; `.unknownCertificate` for another CA's certificate.
    package func revoke(certificateAt path: String, reason: RevocationReason, listDays: Int) throws(PKIError) -> RevocationListFacts {
        let certificate = try Certificate.read(try PKIFile.read(path), path: path)
        let authority = try Certificate.read(try PKIFile.read(certificatePath), path: certificatePath)
        guard certificate.isSigned(by: authority) else { throw PKIError(.unknownCertificate, "\(path): not issued by \(authority.subject)") }
        return try revoke(certificate.serial, reason: reason, listDays: listDays)
    }

    /// Revokes a certificate and renews the list.
    ///
    /// - Throws: `.unknownCertificate`, `.alreadyRevoked`; `.malformed`, `.unreadable`, `.cannotWrite`, `.busy`, `.engineFailed`.
    package func revoke(_ serial: SerialNumber, reason: RevocationReason, listDays: Int) throws(PKIError) -> RevocationListFacts {
        let period = try CertificateOrder.period(days: listDays)
        let lock = try DirectoryLock(directory)
        var opened = try open()
        try opened.index.revoke(serial, CertificateIndex.Revocation(date: clock(), reason: reason))
        try PKIFile.write(opened.index.octets, to: indexPath)
        let facts = try opened.writeList(number: try nextNumber(), period: period, for: self)
        _ = consume lock
        return facts
    }

    /// Writes a new list of all revoked certificates in the index, with the next number.
    ///
    /// - Throws: `.malformed`, `.unreadable`, `.cannotWrite`, `.busy`, `.engineFailed`.
    package func renewList(days: Int) throws(PKIError) -> RevocationListFacts {
        let period = try CertificateOrder.period(days: days)
        let lock = try DirectoryLock(directory)
        let facts = try open().writeList(number: try nextNumber(), period: period, for: self)
        _ = consume lock
        return facts
    }

    /// The certificate, the key and the index of the CA, read from disk. The caller holds the lock on the directory.
    struct Opened {
        let certificate: Certificate
        let key: PrivateKey
        var index: CertificateIndex

        /// Writes a list. The next number is on disk before the list is: a crash may skip numbers, never repeat one.
        func writeList(number: Int64, period: Duration, for authority: CertificateAuthority) throws(PKIError) -> RevocationListFacts {
            let now = authority.clock()
            let revoked = index.entries.compactMap { entry in
                entry.revocation.map { RevocationList.Revoked(serial: entry.serial, date: $0.date, reason: $0.reason) }
            }
            // The list begins a minute ago, so that a peer whose clock is behind takes it, too.
            let list = try RevocationList.signed(
                number: number, revoked: revoked, thisUpdate: now + CertificateOrder.backdating,
                nextUpdate: now + period, issuer: certificate, key: key)
            let (next, overflow) = number.addingReportingOverflow(1)
            guard !overflow else { throw PKIError(.tooLarge, "\(authority.numberPath): no numbers are left") }
            let digits = String(next, radix: 16, uppercase: true)
            try PKIFile.write(Array("\(digits.utf8.count.isMultiple(of: 2) ? "" : "0")\(digits)\n".utf8), to: authority.numberPath)
            try PKIFile.write(try list.pem(), to: authority.revocationListPath)
            return RevocationListFacts(list)
        }
    }

    /// - Throws: `.unreadable`, also when the key does not belong to the certificate, and when others than its owner may read it.
    func open() throws(PKIError) -> Opened {
        let certificate = try Certificate.read(try PKIFile.read(certificatePath), path: certificatePath)
        let key = try PrivateKey.read(try PKIFile.read(keyPath, [.ordinary, .onlyForOwner]), path: keyPath)
        guard certificate.belongs(to: key) else { throw PKIError(.unreadable, "\(keyPath) is not the key of \(certificatePath)") }
        let index = try CertificateIndex(try PKIFile.read(indexPath).octets, path: indexPath)
        return Opened(certificate: certificate, key: key, index: index)
    }

    private func nextNumber() throws(PKIError) -> Int64 {
        let digits = try PKIFile.read(numberPath).octets.prefix { $0 != UInt8(ascii: "\n") }
        guard let number = Int64(String(decoding: digits, as: UTF8.self), radix: 16), number > 0 else {
            throw PKIError(.unreadable, "\(numberPath) has no number of a revocation list")
        }
        return number
    }
}
