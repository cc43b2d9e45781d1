import COpenSSL

/// Reads names in certificates (RFC 5280 §4.2.1.6) and subtrees of names in CAs (§4.2.1.10).
enum GeneralNames {
    /// A name as `DNS:…`, `IP:…`, `URI:…` or `email:…`, with all control characters escaped.
    static func text(_ name: UnsafePointer<GENERAL_NAME>, isSubtree: Bool) -> String {
        var kind: Int32 = -1
        // Safety: the value belongs to the name; these four kinds are strings, and a copy is taken.
        let value = GENERAL_NAME_get0_value(name, &kind).map { UnsafeRawPointer($0) }
        func octets() -> [UInt8] { ASN1.octets(value?.assumingMemoryBound(to: ASN1_STRING.self)) }
        switch kind {
        case GEN_DNS: return "DNS:" + Printable.text(octets())
        case GEN_URI: return "URI:" + Printable.text(octets())
        case GEN_EMAIL: return "email:" + Printable.text(octets())
        case GEN_IPADD:
            let octets = octets()
            return "IP:" + ((isSubtree ? IPText.network(octets) : IPText.text(octets)) ?? "invalid")
        case GEN_DIRNAME:
            return "DirName:" + ASN1.text(ofName: value.map { OpaquePointer($0) })
        default: return "other:\(kind)"
        }
    }

    /// The subject alternative names; empty where there are none.
    static func subjectNames(of certificate: OpaquePointer) -> [String] {
        // Safety: OpenSSL makes the stack for us; it is freed here, and no name of it is kept.
        guard let stack = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
        let names = OpaquePointer(stack)
        defer { GENERAL_NAMES_free(names) }
        return elements(names).map { text(UnsafePointer($0.assumingMemoryBound(to: GENERAL_NAME.self)), isSubtree: false) }
    }

    struct Constraints {
        var permitted: [String] = []
        var excluded: [String] = []
    }

    /// The names that a CA may vouch for; nil where it has no name constraints.
    static func constraints(of certificate: OpaquePointer) -> Constraints? {
        // Safety: OpenSSL makes the structure for us; it is freed here, and nothing of it is kept.
        guard let raw = X509_get_ext_d2i(certificate, NID_name_constraints, nil, nil) else { return nil }
        let constraints = raw.assumingMemoryBound(to: NAME_CONSTRAINTS.self)
        defer { NAME_CONSTRAINTS_free(constraints) }
        return Constraints(permitted: subtrees(constraints.pointee.permittedSubtrees), excluded: subtrees(constraints.pointee.excludedSubtrees))
    }

    private static func subtrees(_ stack: OpaquePointer?) -> [String] {
        elements(stack).compactMap { element in
            // Safety: the elements of this stack are subtrees; the base belongs to its subtree.
            guard let base = element.assumingMemoryBound(to: GENERAL_SUBTREE.self).pointee.base else { return nil }
            return text(base, isSubtree: true)
        }
    }

    /// The elements of one of OpenSSL's stacks, which still owns them; none for nil.
    static func elements(_ stack: OpaquePointer?) -> [UnsafeMutableRawPointer] {
        guard let stack else { return [] }
        // Safety: the positions are below the count.
        return (0..<max(0, OPENSSL_sk_num(stack))).compactMap { OPENSSL_sk_value(stack, $0) }
    }
}
