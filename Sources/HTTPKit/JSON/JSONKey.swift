/// The name of a member, escapes resolved, compared byte by byte. To be looked at before the reader that gave it goes on.
///
/// Not a String: String takes "é" and "e\u{301}" for the same name, RFC 8259 §8.3 does not.
@safe package struct JSONKey {
    // Safety: lies in the text that the reader holds, or in the names that it has resolved, which it does not touch until it is asked for more.
    let bytes: ByteView

    init(bytes: ByteView) { self.bytes = bytes }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Lets `switch key { case "rand": … }` compare without making a String.
    package static func ~= (name: StaticString, key: JSONKey) -> Bool { key == name }

    package static func == (key: JSONKey, name: StaticString) -> Bool { name.hasPointerRepresentation && key.bytes.equals(name) }
}
