import Base
import Testing

@Suite struct ValidityTests {
    private static func at(_ microseconds: Int64) -> Timestamp { Timestamp(microsecondsSince1970: microseconds) }

    @Test(
        arguments: [
            (nil, nil, 0, true), (10, nil, 9, false), (10, nil, 10, true), (nil, 20, 20, true), (nil, 20, 21, false), (10, 20, 15, true),
            (20, 10, 15, false),
        ] as [(Int64?, Int64?, Int64, Bool)])
    func `both ends belong to it, and an open end is never passed`(_ notBefore: Int64?, _ notAfter: Int64?, _ moment: Int64, _ isValid: Bool) {
        let validity = Validity(notBefore: notBefore.map(Self.at), notAfter: notAfter.map(Self.at))
        #expect(validity.contains(Self.at(moment)) == isValid)
    }
}
