/// The name of a member, escapes resolved, compared byte by byte.
///
/// Not a String: String takes "é" and "e\u{301}" for the same name, RFC 8259 §8.3 does not.
package struct JSONKey: Sendable {
    /// Valid UTF-8.
    package let bytes: ArraySlice<UInt8>

    package init(bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Lets `switch key { case "rand": … }` compare without making a String.
    package static func ~= (name: StaticString, key: JSONKey) -> Bool { key == name }

    package static func == (key: JSONKey, name: StaticString) -> Bool {
        guard name.hasPointerRepresentation, name.utf8CodeUnitCount == key.bytes.count else { return false }
        return key.bytes.withUnsafeBufferPointer { ByteView($0).equals(name) }
    }
}
