extension JSONObject {
    /// The object that a merge patch makes of this one (RFC 7396 §2). Members keep their order; new ones follow.
    ///
    /// - Parameter keepingNull: whether a member of this object that the patch removes stays as null, for a reader who has to know that it was
    ///   removed. It does not reach into members that are objects.
    package func merged(with patch: JSONObject, keepingNull: Bool = false) -> JSONObject {
        var merged = self
        for (name, value) in patch.members {
            let index = merged.members.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
            guard !value.isNull || keepingNull else {
                if let index { merged.members.remove(at: index) }
                continue
            }
            let value = JSONValue.merging(value, into: index.map { merged.members[$0].value })
            if let index { merged.members[index].value = value } else { merged.members.append((name, value)) }
        }
        return merged
    }
}

extension JSONValue {
    /// A patch that is no object replaces the value as a whole. The reader's limit on depth bounds the recursion.
    fileprivate static func merging(_ patch: JSONValue, into target: JSONValue?) -> JSONValue {
        guard let members = patch.object else { return patch }
        return .object((target?.object ?? JSONObject()).merged(with: members))
    }
}
