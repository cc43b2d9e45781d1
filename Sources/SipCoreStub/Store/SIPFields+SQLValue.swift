internal import SIP
internal import SQLiteStore

/// A contact, kept as the field that says it in a message.
struct ContactField: SQLValue {
    let contact: SIPContact

    init(_ contact: SIPContact) { self.contact = contact }

    var sqlCell: SQLCell { .blob(contact.bytes) }

    init?(sqlCell: SQLCell) {
        guard case .blob(let bytes) = sqlCell, case .list(let contacts)? = try? SIPHeaders([SIPHeader(.contact, bytes)]).contacts(),
            let contact = contacts.first, contacts.count == 1
        else { return nil }
        self.contact = contact
    }
}

/// The Path of a contact, kept as the field that says it in a message; without values it is empty.
struct PathField: SQLValue {
    let path: [[UInt8]]

    init(_ path: [[UInt8]]) { self.path = path }

    var sqlCell: SQLCell { .blob(Array(path.joined(separator: ", ".utf8))) }

    init?(sqlCell: SQLCell) {
        guard case .blob(let bytes) = sqlCell else { return nil }
        guard !bytes.isEmpty else {
            path = []
            return
        }
        guard let addresses = try? SIPHeaders([SIPHeader(.path, bytes)]).addresses(.path) else { return nil }
        path = addresses.map(\.bytes)
    }
}
