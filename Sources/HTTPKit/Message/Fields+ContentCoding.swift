internal import Base

extension Fields {
    /// Whether the codings of the content are none but identity, which is no coding at all (RFC 9110 §8.4.1).
    var arePlain: Bool {
        look(for: "Content-Encoding").count == 0
            || values("Content-Encoding").allSatisfy { value in
                value.utf8.split { $0 == UInt8(ascii: ",") || ASCII.isBlank($0) }.allSatisfy { $0.equalsIgnoringCase("identity".utf8) }
            }
    }
}
