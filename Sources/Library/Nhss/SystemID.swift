internal import Base

/// The name of a mission-critical system, as certificates and records have it: a domain name, kept in lower case.
package struct SystemID: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(_ text: [UInt8]) throws(MalformedValue) {
        guard let name = DomainName.canonical(text[...]) else { throw MalformedValue(.structure, "is not a domain name") }
        bytes = name
    }

    package init(_ text: ArraySlice<UInt8>) throws(MalformedValue) { try self.init(Array(text)) }

    package init(_ text: String) throws(MalformedValue) { try self.init(Array(text.utf8)) }

    package var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension SystemID {
    package func hash(into hasher: inout Hasher) { hasher.combine(octets: bytes) }
}

extension SystemID: CustomStringConvertible {
    package var description: String { text }
}
