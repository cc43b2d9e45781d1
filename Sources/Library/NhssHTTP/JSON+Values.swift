internal import Base
internal import HTTPKit
internal import Nhss
internal import Vectors

extension JSONReader {
    mutating func impi() throws(JSONError) -> IMPI {
        let text = try stringBytes()
        do throws(MalformedValue) { return try IMPI(text) } catch { throw failure(.invalidValue, error.reason) }
    }

    mutating func impu() throws(JSONError) -> IMPU {
        let text = try stringBytes()
        do throws(MalformedValue) { return try IMPU(text) } catch { throw failure(.invalidValue, error.reason) }
    }

    mutating func systemID() throws(JSONError) -> SystemID {
        let text = try stringBytes()
        do throws(MalformedValue) { return try SystemID(text) } catch { throw failure(.invalidValue, error.reason) }
    }

    mutating func octets<Value: SixteenOctetValue>() throws(JSONError) -> Value { Value(try sixteenOctets()) }

    mutating func octets<Value: SecretOctetValue>() throws(JSONError) -> Value {
        let secret = try secretOctets()
        do throws(MalformedOctets) { return try Value(secret) } catch { throw failure(.invalidValue, error.reason) }
    }

    /// Text that may go into logs and header fields as it is: printable ASCII, not empty.
    mutating func visibleText(bytesMax: Int) throws(JSONError) -> String {
        String(decoding: try visibleBytes(bytesMax: bytesMax), as: UTF8.self)
    }

    mutating func scheme() throws(JSONError) -> SIPAuthenticationScheme {
        let text = try visibleBytes(bytesMax: NhssLimits.schemeBytesMax)
        // Nearly every request has this scheme: no text is made of it.
        if text == NhssOperation.digestAKAv1MD5[...] { return .digestAKAv1MD5 }
        return SIPAuthenticationScheme(String(decoding: text, as: UTF8.self))
    }

    private mutating func visibleBytes(bytesMax: Int) throws(JSONError) -> ArraySlice<UInt8> {
        let text = try stringBytes()
        guard 1...bytesMax ~= text.count, ASCII.areVisible(text) else {
            throw failure(.invalidValue, "is empty, too long or not printable ASCII")
        }
        return text
    }
}
