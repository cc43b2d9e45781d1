/// The name of a member, with its escapes resolved. It is valid until the reader goes on.
///
/// It is compared byte by byte, because RFC 8259 §8.3 tells "é" and "e\u{301}" apart and `String` does not.
@safe package struct JSONKey {
    // Safety: lies in the reader's text, or in its resolved names, which it does not change until it is asked for the next value.
    let bytes: ByteView

    init(bytes: ByteView) { self.bytes = bytes }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Lets `switch key { case "name": … }` compare without making a String.
    package static func ~= (name: StaticString, key: JSONKey) -> Bool { key == name }

    package static func == (key: JSONKey, name: StaticString) -> Bool { name.hasPointerRepresentation && key.bytes.equals(name) }
}
