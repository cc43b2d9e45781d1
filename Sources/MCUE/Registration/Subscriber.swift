internal import Base
internal import SIP

/// The user who registers, and for how long.
struct Subscriber: Sendable, Equatable {
    /// The private identity, as in the `username` of credentials.
    let impi: [UInt8]
    /// The public identity that is registered.
    let impu: SIPURI
    /// The home domain: the realm that may challenge, and the host of the Request-URI.
    let realm: [UInt8]
    let requestURI: SIPURI
    /// The contact to register; nil stands for the user of the public identity at the address of the UE.
    let contact: SIPURI?
    /// Zero deregisters.
    let expiresSeconds: UInt32

    var isLeaving: Bool { expiresSeconds == 0 }

    /// - Parameter realm: nil stands for the domain of the private identity.
    /// - Throws: `.unusable`, naming the flag.
    init(impi: String, impu: String, realm: String?, contact: String?, expiresSeconds: UInt32) throws(UEError) {
        let domain = try Self.domain(impi, realm)
        self.impi = Array(impi.utf8)
        self.impu = try Self.uri(impu, "--impu")
        guard self.impu.isSIP || self.impu.scheme == .tel else { throw UEError(.unusable, "--impu: \(impu) is neither a SIP nor a tel URI") }
        self.realm = Array(domain.utf8)
        requestURI = try Self.uri("sip:\(domain)", "--realm")
        self.contact = if let contact { try Self.uri(contact, "--contact") } else { nil }
        self.expiresSeconds = expiresSeconds
    }

    /// - Throws: `.unusable` for a private identity that is empty or has a character that would end its place in the header field.
    private static func domain(_ impi: String, _ realm: String?) throws(UEError) -> String {
        guard !impi.isEmpty, impi.utf8.allSatisfy({ ASCII.isVisible($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) else {
            throw UEError(.unusable, "--impi: \(impi.debugDescription) is not a private identity")
        }
        if let realm { return realm }
        guard let at = impi.utf8.lastIndex(of: UInt8(ascii: "@")) else {
            throw UEError(.unusable, "--realm is needed: \(impi) has no domain")
        }
        return String(impi[impi.utf8.index(after: at)...])
    }

    private static func uri(_ text: String, _ flag: String) throws(UEError) -> SIPURI {
        do throws(SIPParseError) { return try SIPURI(text) } catch {
            throw UEError(.unusable, "\(flag): \(text.debugDescription) is not a URI: \(error.reason)")
        }
    }

    /// Where the user is reached (TS 24.229 §5.1.1.2.1).
    func contact(at address: SIPEndpoint, over transport: ServerAddress.Transport) -> SIPURI {
        if let contact { return contact }
        let user = impu.user ?? (impu.scheme == .tel ? impu.opaque : Array("ue".utf8))
        let host = "\(address.host):\(address.port)"
        let parameter = transport == .tcp ? ";transport=tcp" : ""
        let own = try? SIPURI("sip:\(user.text)@\(host)\(parameter)")
        // The number of a tel URI may have a character that the user of a SIP URI may not.
        guard let contact = own ?? (try? SIPURI("sip:ue@\(host)\(parameter)")) else { preconditionFailure("an address makes a URI") }
        return contact
    }
}
