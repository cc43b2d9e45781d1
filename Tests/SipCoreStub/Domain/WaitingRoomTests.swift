import SIP
import Testing

@testable import SipCoreStub

@Suite struct WaitingRoomTests {
    private var room = WaitingRoom<String>()

    /// Adds an attempt of an address, and expects which one has no room then.
    private mutating func add(_ name: String, _ address: UInt8, leaves expected: String? = nil) {
        let left = room.add(name, source: SourceAddress(.ipv4([192, 0, 2, address])), countMax: 4)
        #expect(left == expected, "\(name)")
    }

    @Test mutating func `there is room for some`() {
        for number in 0..<4 { add("\(number)", 1) }
        add("4", 1, leaves: "4")
        #expect(room.all == ["0", "1", "2", "3"] && room.count == 4)
    }

    @Test mutating func `the address that has the most gives way to one that has fewer`() {
        for (name, address) in [("a", 1), ("b", 2), ("c", 1), ("d", 1)] as [(String, UInt8)] { add(name, address) }
        add("e", 3, leaves: "d")
        add("f", 2, leaves: "f")
        add("g", 4, leaves: "c")
        add("h", 5, leaves: "h")
        #expect(room.all == ["a", "b", "e", "g"])
    }
}
