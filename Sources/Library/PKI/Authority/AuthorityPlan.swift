/// The wishes for a new CA.
package struct AuthorityPlan: Sendable {
    /// The MC system whose names the CA vouches for, a domain name.
    package var system: String
    package var days: Int
    /// Whether the CA also vouches for `localhost`, 127.0.0.1 and ::1, which laboratories need.
    package var permitsLoopback: Bool
    /// Further domain names that it vouches for, each with all names below it.
    package var names: [String]
    /// Further addresses and networks that it vouches for: `ADDRESS[/BITS]`.
    package var networks: [String]
    /// The validity of its first revocation list.
    package var listDays: Int

    package init(system: String, days: Int = 3_650, permitsLoopback: Bool = true, names: [String] = [], networks: [String] = [], listDays: Int = 30) {
        self.system = system
        self.days = days
        self.permitsLoopback = permitsLoopback
        self.names = names
        self.networks = networks
        self.listDays = listDays
    }

    static let loopbackName = "localhost"
    static let loopbackAddresses = ["127.0.0.1", "::1"]

    /// The extension that keeps the CA of one operator from vouching for the names of another (RFC 5280 §4.2.1.10).
    ///
    /// A DNS subtree holds the name itself and all names below it. Where no subtree names an address, every address would be
    /// permitted, so that all are excluded then.
    ///
    /// - Throws: `.malformed`, `.tooLarge`.
    func nameConstraints() throws(PKIError) -> String {
        guard names.count + networks.count <= Limits.namesMax else { throw PKIError(.tooLarge, "more than \(Limits.namesMax) permitted names") }
        var parts: [String] = []
        for name in [system] + (permitsLoopback ? [AuthorityPlan.loopbackName] : []) + names {
            parts.append("permitted;DNS:" + (try DomainText.canonical(name)))
        }
        let permitted = (permitsLoopback ? AuthorityPlan.loopbackAddresses : []) + networks
        for network in permitted { parts.append("permitted;IP:" + (try IPText.addressAndMask(network))) }
        if permitted.isEmpty { parts += ["excluded;IP:0.0.0.0/0.0.0.0", "excluded;IP:::/::"] }
        return "critical," + parts.joined(separator: ",")
    }
}
