internal import Base

extension Request {
    /// Why the content cannot be taken for what it is, whatever the resource; nil where it can.
    var contentRefusal: Refusal? {
        guard !body.isEmpty || method == .put else { return nil }
        if !body.isEmpty, !fields.arePlain {
            return Refusal(.unsupportedMediaType, "the only content coding here is identity", as: .contentCoding)
        }
        // A part taken for the whole would destroy the rest (RFC 9110 §14.5).
        if method == .put, fields.look(for: "Content-Range").count > 0 { return Refusal(.badRequest, "a resource is put whole here") }
        return nil
    }
}
