internal import Base
internal import PKI

extension PKIReport {
    /// A certificate that a revocation list names.
    struct Revocation {
        let entry: RevocationListFacts.Revoked
        /// The file of the list.
        let file: String

        /// `REVOKED at 2026-11-23T22:42:57Z, keyCompromise (pki/ca.crl)`
        var text: String {
            "REVOKED at \(entry.date.map { "\($0)" } ?? "(no date)")\(entry.reason.map { ", \($0.name)" } ?? "") (\(file))"
        }
    }

    /// The revocation lists among the files that are inspected.
    struct RevocationLists {
        static let none = RevocationLists([])
        private let lists: [(file: String, facts: RevocationListFacts)]

        init(_ files: [(file: String, items: [Inspected])]) {
            lists = files.flatMap { file in
                file.items.compactMap { item in
                    guard case .revocationList(let facts) = item else { return nil }
                    return (file.file, facts)
                }
            }
        }

        func revocation(of certificate: CertificateFacts) -> Revocation? {
            lists.lazy.compactMap { list in list.facts.entry(of: certificate).map { Revocation(entry: $0, file: list.file) } }.first
        }
    }
}
