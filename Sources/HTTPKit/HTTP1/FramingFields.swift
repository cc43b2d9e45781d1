internal import Base

/// The fields that say whom a message is for, where it ends and what becomes of its connection: found in one look over all fields.
struct FramingFields {
    struct Found {
        private(set) var count = 0
        /// Of the last one.
        private(set) var value = 0..<0

        @inline(__always) mutating func add(_ value: Range<Int>) {
            count += 1
            self.value = value
        }
    }

    private(set) var host = Found()
    private(set) var expect = Found()
    private(set) var connection = Found()
    private(set) var contentLength = Found()
    private(set) var transferEncoding = Found()
    /// Some servers in front take an underscore for a hyphen, and would see a body where we see none.
    private(set) var hasUnderscoredName = false

    init(in fields: Fields) {
        fields.forEachName { name, value in
            switch name.count {
            case 4 where name.equalsIgnoringCase("Host"): host.add(value)
            case 6 where name.equalsIgnoringCase("Expect"): expect.add(value)
            case 10 where name.equalsIgnoringCase("Connection"): connection.add(value)
            case 14 where name.equalsIgnoringCase("Content-Length"): contentLength.add(value)
            case 14 where name.equalsIgnoringCase("Content_Length"): hasUnderscoredName = true
            case 17 where name.equalsIgnoringCase("Transfer-Encoding"): transferEncoding.add(value)
            case 17 where name.equalsIgnoringCase("Transfer_Encoding"): hasUnderscoredName = true
            default: break
            }
        }
    }

    /// What the peer says of the connection (RFC 9112 §9.3).
    func keepsAlive(_ fields: Fields, isHTTP11: Bool) -> Bool {
        guard connection.count > 0 else { return isHTTP11 }
        let closes = fields.hasToken("close", in: "Connection")
        return isHTTP11 ? !closes : !closes && fields.hasToken("keep-alive", in: "Connection")
    }
}
