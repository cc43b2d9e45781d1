internal import Base

/// All Contact fields of a message together.
package enum SIPContacts: Sendable, Equatable {
    /// `Contact: *`, which removes every contact and must stand alone (RFC 3261 §10.2.2).
    case all
    /// The contacts in order; empty where the message has no Contact.
    case list([SIPContact])
}

/// One value of Contact.
package struct SIPContact: Sendable, Equatable {
    package var address: SIPAddress

    package init(_ address: SIPAddress) { self.address = address }

    package var uri: SIPURI { address.uri }

    /// The registration time in seconds. Nil when the parameter is missing.
    /// A value that is not a number of 32 bits counts as 3600, as RFC 3261 §20.10 asks.
    package var expires: UInt32? {
        guard let text = address.parameters.value("expires") else { return nil }
        return SIPExpires.read(text)
    }

    /// The preference in thousandths, 0...1000. Nil when the parameter is missing.
    package var qThousandths: UInt16? { address.parameters.value("q").flatMap(Self.thousandths) }

    package var bytes: [UInt8] { address.bytes }

    /// Reads `0`, `0.333` or `1.000`: at most three decimals and not above one (RFC 3261 §25.1 `qvalue`).
    static func thousandths(_ text: [UInt8]) -> UInt16? {
        let whole = text.prefix { $0 != ASCII.dot }
        guard whole.count == 1, let first = whole.first, first == ASCII.zero || first == ASCII.zero + 1 else { return nil }
        var decimals = Array(text.dropFirst(2))
        guard decimals.count <= 3 else { return nil }
        decimals += [UInt8](repeating: ASCII.zero, count: 3 - decimals.count)
        guard let fraction = decimals.decimal(cappedAbove: 999), let part = UInt16(exactly: fraction) else { return nil }
        if first == ASCII.zero { return part }
        return part == 0 ? 1000 : nil
    }
}

extension SIPContact {
    init(from scanner: inout FieldScanner) throws(SIPParseError) {
        address = try SIPAddress(from: &scanner)
        if let q = address.parameters.parameter("q"), q.value.flatMap({ Self.thousandths($0.bytes) }) == nil {
            throw scanner.failure(.badHeaderValue, "q is not between 0 and 1")
        }
    }
}

enum SIPExpires {
    /// The seconds that a malformed value counts as (RFC 3261 §20.10).
    static let secondsWhenMalformed: UInt32 = 3600

    static func read(_ text: some Collection<UInt8>) -> UInt32 {
        text.decimal(cappedAbove: .max).flatMap { UInt32(exactly: $0) } ?? secondsWhenMalformed
    }
}
