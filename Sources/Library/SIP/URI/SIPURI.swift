internal import Base

/// A SIP, SIPS or tel URI, or another absolute URI, which is not parsed further.
///
/// Two values are equal when their text is. `isEquivalent(to:)` compares as the standards do (it is not transitive,
/// so that it cannot be `==`); `canonicalAddressOfRecord` is a key.
package struct SIPURI: Sendable, Hashable {
    package enum Scheme: Sendable, Hashable {
        case sip, sips, tel
        /// In lower case.
        case other([UInt8])
    }

    /// A URI parameter or a header component, with escapes as written.
    package struct Component: Sendable, Hashable {
        package let name: [UInt8]
        package let value: [UInt8]?
    }

    /// The whole URI as written.
    package let text: [UInt8]
    package let scheme: Scheme
    /// The user part with escapes as written. Nil when there is none, and for other schemes.
    package internal(set) var user: [UInt8]?
    package internal(set) var password: [UInt8]?
    /// The host; nil for tel and other schemes only.
    package internal(set) var host: SIPHost?
    package internal(set) var port: UInt16?
    package internal(set) var parameters: [Component] = []
    package internal(set) var headers: [Component] = []
    /// The number of a tel URI as written; for other schemes all text after the colon.
    package internal(set) var opaque: [UInt8] = []

    init(text: [UInt8], scheme: Scheme) {
        self.text = text
        self.scheme = scheme
    }

    package var isSIP: Bool { scheme == .sip || scheme == .sips }

    package func parameter(_ name: StaticString) -> Component? { parameters.first { $0.name.equalsIgnoringCase(name) } }
}

extension SIPURI: CustomStringConvertible {
    package var description: String { String(decoding: text, as: UTF8.self) }
}
