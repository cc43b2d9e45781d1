package import Base

/// Sixteen octets that anybody may see, in two words.
package protocol SixteenOctetValue: FixedOctetValue, Hashable {
    var value: SixteenOctets { get }
    init(_ value: SixteenOctets)
}

extension SixteenOctetValue {
    package static var octetCount: Int { 16 }

    package init(_ octets: some Collection<UInt8>) throws(MalformedOctets) {
        try Self.checkCount(octets)
        self.init(SixteenOctets(Array(octets)))
    }

    package var octets: [UInt8] { value.octets }
}
