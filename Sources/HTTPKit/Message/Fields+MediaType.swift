internal import Base

extension Fields {
    package func hasMediaType(_ type: String) -> Bool {
        let found = look(for: "Content-Type")
        guard found.count == 1 else { return false }
        var type = type
        return type.withUTF8 { type in
            withValue(found.value) { value in
                if value.equals(ByteView(type)) { return true }
                let end = value.position(of: UInt8(ascii: ";")) ?? value.count
                return value.view(value.trimmed(0..<end)).equalsIgnoringCase(ByteView(type))
            }
        }
    }
}
