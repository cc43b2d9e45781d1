internal import HTTPKit

extension AdminBody {
    /// A member that is an object itself.
    /// - Returns: nil where it is absent or `read` says so.
    package mutating func optionalObject<Value>(_ name: String, _ read: (inout AdminBody) -> Value?) -> Value? {
        guard let value = member(name) else { return nil }
        guard let object = value.object else {
            note(name, "is not an object")
            return nil
        }
        var child = child(object, name)
        let read = read(&child)
        adopt(child)
        return read
    }

    /// A member that is an array of objects.
    package mutating func objects<Element>(
        _ name: String, countMax: Int = 64, isRequired: Bool = true, _ read: (inout AdminBody) -> Element?
    ) -> [Element] {
        guard let elements = array(name, countMax: countMax, isRequired: isRequired) else { return [] }
        var found: [Element] = []
        for (index, element) in elements.enumerated() {
            guard let object = element.object else {
                noteElement(name, index, "is not an object")
                continue
            }
            var child = child(object, name, index: index)
            if let element = read(&child) { found.append(element) }
            adopt(child)
        }
        return found
    }

    /// A member that repeats the path, as a read shows it. It may be absent; where it is there it must agree.
    package mutating func pathMember(_ name: String, agrees: (String) -> Bool) {
        guard let value = member(name) else { return }
        guard let text = value.string, agrees(text) else { return note(name, "does not agree with the path") }
    }

    /// A member that a read shows and nobody can write. It is taken, so that what was read can be written, and ignored whatever it holds.
    package mutating func readOnly(_ name: String) { _ = member(name) }

    /// A member that a record keeps where the request leaves it out: an expiry or a bound would otherwise be lifted by forgetting it.
    /// An explicit null removes the member.
    ///
    /// - Parameter current: of the record that is there.
    package mutating func kept<Value>(_ name: String, _ current: Value?, _ read: (inout AdminBody) -> Value?) -> Value? {
        names(name) ? read(&self) : current
    }

    /// Records something wrong with an element of an array that only the caller can see.
    mutating func noteElement(_ name: String, _ index: Int, _ reason: String) {
        child(JSONObject(), name).noting(String(index), reason, to: &self)
    }

    /// - Parameter isRequired: an array that must be there must not be empty either.
    mutating func array(_ name: String, countMax: Int, isRequired: Bool) -> [JSONValue]? {
        guard let value = isRequired ? requiredMember(name) : member(name) else { return nil }
        guard let elements = value.array, elements.count <= countMax else {
            note(name, "is not an array of at most \(countMax) elements")
            return []
        }
        if isRequired, elements.isEmpty { note(name, "is empty") }
        return elements
    }

    private func noting(_ name: String, _ reason: String, to parent: inout AdminBody) {
        var element = self
        element.note(name, reason)
        parent.adopt(element)
    }
}
