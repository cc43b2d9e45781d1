internal import SIP

/// A contact as the UE is told of it: with the seconds that are left.
struct GrantedContact: Sendable {
    let contact: SIPContact
    /// Seconds left.
    let expires: Int
}

extension GrantedContact {
    /// The value of a Contact field.
    var bytes: [UInt8] {
        var contact = contact
        contact.address.parameters.set("expires", to: Array(String(expires).utf8))
        return contact.bytes
    }

    /// Bytes that an answer needs for it while the seconds go down: the name of the field and the end of the line are among them.
    var bytesMax: Int { bytes.count + GrantedContact.fieldBytes }

    private static let fieldBytes = "Contact: \r\n".utf8.count
}
