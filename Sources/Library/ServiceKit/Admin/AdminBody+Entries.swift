package import HTTPKit

extension AdminBody {
    /// An array of texts that are each parsed the same way as in a path. An element may also be an object that has the text as one of its members.
    /// - Parameters:
    ///   - member: the name of that member.
    ///   - read: reads the other members of such an object.
    package mutating func values<Value: PathParameter, More>(
        _ name: String, orObjectsWith member: String, _: Value.Type, countMax: Int, _ read: (inout AdminBody) -> More
    ) -> [(value: Value, more: More?)] {
        guard let elements = array(name, countMax: countMax, isRequired: true) else { return [] }
        var found: [(value: Value, more: More?)] = []
        for (index, element) in elements.enumerated() {
            if let object = element.object {
                var child = child(object, name, index: index)
                let value = child.value(member, Value.self)
                let more = read(&child)
                adopt(child)
                if let value { found.append((value, more)) }
            } else if let text = element.string {
                do throws(PathParameterError) { found.append((try Value(pathSegment: Array(text.utf8)), nil)) } catch {
                    noteElement(name, index, error.reason)
                }
            } else {
                noteElement(name, index, "is neither a text nor an object")
            }
        }
        return found
    }
}
