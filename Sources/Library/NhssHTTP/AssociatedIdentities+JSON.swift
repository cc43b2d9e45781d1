internal import HTTPKit
internal import Nhss

/// `associatedPublicIdentities` of the result, a member of our own: the default identity first. An identity is its text, or an object
/// `{"impu":…,"barred":true}`.
extension JSONReader {
    /// - Parameter asked: the public identity of the result, which usually is one of these and is then not made anew.
    mutating func associatedIdentities(including asked: IMPU?) throws(JSONError) -> [AssociatedIdentity] {
        var identities: [AssociatedIdentity] = []
        try beginArray()
        while try nextElement() {
            guard identities.count < NhssLimits.associatedIdentitiesMax else {
                throw failure(.invalidValue, "more than \(NhssLimits.associatedIdentitiesMax) identities")
            }
            let identity = try associatedIdentity(asked)
            guard !identities.contains(where: { $0.impu == identity.impu }) else { throw failure(.invalidValue, "an identity is there twice") }
            identities.append(identity)
        }
        return identities
    }

    private mutating func associatedIdentity(_ asked: IMPU?) throws(JSONError) -> AssociatedIdentity {
        guard try peekKind() != .object else { return try describedIdentity() }
        let text = try stringBytes()
        if let asked, text == asked.bytes[...] { return AssociatedIdentity(asked) }
        do throws(MalformedValue) { return AssociatedIdentity(try IMPU(text)) } catch { throw failure(.invalidValue, error.reason) }
    }

    private mutating func describedIdentity() throws(JSONError) -> AssociatedIdentity {
        var impu: IMPU?
        var isBarred = false
        try beginObject()
        while let key = try nextMember() {
            switch key {
            case "impu": impu = try self.impu()
            case "barred": isBarred = try bool()
            default: break
            }
        }
        guard let impu else { throw missing("impu") }
        return AssociatedIdentity(impu, isBarred: isBarred)
    }
}

extension JSONWriter {
    mutating func member(associatedIdentities identities: [AssociatedIdentity]) {
        member("associatedPublicIdentities")
        beginArray()
        for identity in identities {
            guard identity.isBarred else {
                string(utf8: identity.impu.bytes)
                continue
            }
            beginObject()
            member("impu", ascii: identity.impu.bytes)
            member("barred", true)
            endObject()
        }
        endArray()
    }
}
