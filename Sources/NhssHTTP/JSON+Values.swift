internal import HTTPKit
internal import Nhss

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

    mutating func octets<Value: OctetValue>() throws(JSONError) -> Value {
        let text = try stringBytes()
        do throws(MalformedValue) { return try Value(hex: text) } catch { throw failure(.invalidValue, error.reason) }
    }

    /// Text that may go into logs and header fields as it is: printable ASCII, not empty.
    mutating func visibleText(bytesMax: Int) throws(JSONError) -> String {
        let text = try stringBytes()
        guard 1...bytesMax ~= text.count, text.allSatisfy({ 0x21...0x7e ~= $0 }) else {
            throw failure(.invalidValue, "is empty, too long or not printable ASCII")
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension JSONWriter {
    mutating func member(_ name: String, hex value: some OctetValue) {
        member(name)
        hex(value.octets)
    }
}
