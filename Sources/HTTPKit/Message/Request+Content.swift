internal import Base

extension Request {
    /// Why the content cannot be taken for what it is, whatever the resource; nil where it can.
    var contentRefusal: Refusal? {
        guard !body.isEmpty || method == .put else { return nil }
        if !body.isEmpty, !isPlain(fields.look(for: "Content-Encoding")) {
            return Refusal(.unsupportedMediaType, "the only content coding here is identity", as: .contentCoding)
        }
        // A part taken for the whole would destroy the rest (RFC 9110 §14.5).
        if method == .put, fields.look(for: "Content-Range").count > 0 { return Refusal(.badRequest, "a resource is put whole here") }
        return nil
    }

    /// Whether the codings are none but identity, which is no coding at all (RFC 9110 §8.4.1).
    private func isPlain(_ found: (count: Int, value: Range<Int>)) -> Bool {
        found.count == 0
            || fields.values("Content-Encoding").allSatisfy { value in
                value.utf8.split { $0 == UInt8(ascii: ",") || ASCII.isBlank($0) }.allSatisfy { $0.equalsIgnoringCase("identity".utf8) }
            }
    }
}
