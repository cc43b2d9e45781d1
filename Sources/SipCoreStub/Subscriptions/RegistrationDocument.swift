internal import Base
internal import Nhss
internal import SIP

/// What a NOTIFY says about a user: an `application/reginfo+xml` document that always tells everything.
///
///     <?xml version="1.0"?>
///     <reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="0" state="full">
///     <registration aor="sip:user@home.example" id="r1f" state="active">
///     <contact id="c2e" state="active" event="registered" expires="600"><uri>sip:user@192.0.2.1</uri></contact>
///     </registration>
///     </reginfo>
///
/// Source: RFC 3680 §5, TS 24.229 §5.4.2.1.2.
struct RegistrationDocument: Sendable {
    static let mediaType = "application/reginfo+xml"

    /// 0 in the first document of a subscription, and one more in each further one.
    let version: UInt32
    let view: RegistrationView
    /// Contacts that have gone since the document before.
    let ended: [EndedContact]
    let now: Instant

    /// - Parameter hasDetails: whether display names and the parameters of contacts are there.
    func bytes(hasDetails: Bool) -> [UInt8] {
        var text = Array("<?xml version=\"1.0\"?>\n<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"\(version)\" state=\"full\">\n".utf8)
        for identity in view.identities { write(identity.impu, identity.contacts.filter { $0.end > now }, hasDetails, to: &text) }
        // Identities that are not of the set any more.
        var known = view.identities.map(\.impu)
        for contact in ended where !known.contains(contact.impu) {
            known.append(contact.impu)
            write(contact.impu, [], hasDetails, to: &text)
        }
        text += "</reginfo>\n".utf8
        return text
    }

    private func write(_ impu: IMPU, _ contacts: [RegisteredContact], _ hasDetails: Bool, to text: inout [UInt8]) {
        // A contact that has come back is not gone.
        let gone = ended.filter { gone in gone.impu == impu && !contacts.contains { $0.continues(gone.contact) } }
        let state = contacts.isEmpty ? (gone.isEmpty ? "init" : "terminated") : "active"
        text += "<registration".utf8
        RegistrationDocument.attribute("aor", impu.bytes, to: &text)
        RegistrationDocument.attribute("id", RegistrationDocument.identifier("r") { $0.combine(impu) }, to: &text)
        RegistrationDocument.attribute("state", Array(state.utf8), to: &text)
        text += ">\n".utf8
        for contact in contacts {
            let seconds = RegistrationTable.secondsLeft(contact, now)
            write(contact, of: impu, "active", contact.event(at: impu).rawValue, expires: seconds, hasDetails, to: &text)
        }
        for gone in gone { write(gone.contact, of: impu, "terminated", gone.end.rawValue, expires: nil, hasDetails, to: &text) }
        text += "</registration>\n".utf8
    }

    private func write(
        _ contact: RegisteredContact, of impu: IMPU, _ state: String, _ event: String, expires: Int?, _ hasDetails: Bool, to text: inout [UInt8]
    ) {
        let address = contact.contact.address
        let identifier = RegistrationDocument.identifier("c") { hasher in
            hasher.combine(impu)
            hasher.combine(contact.impi)
            hasher.combine(contact.flow)
            hasher.combine(address.uri.text)
        }
        text += "<contact".utf8
        RegistrationDocument.attribute("id", identifier, to: &text)
        RegistrationDocument.attribute("state", Array(state.utf8), to: &text)
        RegistrationDocument.attribute("event", Array(event.utf8), to: &text)
        if let expires { RegistrationDocument.attribute("expires", Array(String(expires).utf8), to: &text) }
        if let q = address.parameters.value("q") { RegistrationDocument.attribute("q", q, to: &text) }
        text += "><uri>".utf8
        text += XMLText.escaped(address.uri.text)
        text += "</uri>".utf8
        if hasDetails { RegistrationDocument.writeDetails(of: address, to: &text) }
        text += "</contact>\n".utf8
    }

    /// The display name and the parameters that RFC 3261 does not define, in the order of the schema. A value in quotes keeps them.
    private static func writeDetails(of address: SIPAddress, to text: inout [UInt8]) {
        if let name = address.displayName {
            text += "<display-name>".utf8
            text += XMLText.escaped(name)
            text += "</display-name>".utf8
        }
        for parameter in address.parameters.list where !parameter.name.equalsIgnoringCase("q") && !parameter.name.equalsIgnoringCase("expires") {
            text += "<unknown-param".utf8
            attribute("name", parameter.name, to: &text)
            text += ">".utf8
            if let value = parameter.value { text += XMLText.escaped(value.written) }
            text += "</unknown-param>".utf8
        }
    }

    private static func attribute(_ name: String, _ value: [UInt8], to text: inout [UInt8]) {
        text += " \(name)=\"".utf8
        text += XMLText.escaped(value)
        text.append(ASCII.quote)
    }

    /// The same for the same values as long as this process runs, and so as long as a subscription.
    private static func identifier(_ prefix: String, _ values: (inout Hasher) -> Void) -> [UInt8] {
        var hasher = Hasher()
        values(&hasher)
        return Array((prefix + String(UInt(bitPattern: hasher.finalize()), radix: 16)).utf8)
    }
}
