package import Base
package import HTTPKit

extension AdminBody {
    /// A text of printable ASCII characters, which can be part of a header field; "" where it is missing or wrong.
    package mutating func string(_ name: String, bytesMax: Int? = nil) -> String {
        guard let value = requiredMember(name) else { return "" }
        return text(name, value, bytesMax) ?? ""
    }

    /// A text of printable ASCII characters.
    package mutating func optionalString(_ name: String, bytesMax: Int? = nil) -> String? {
        member(name).flatMap { text(name, $0, bytesMax) }
    }

    /// One of a few words.
    /// - Parameter fallback: where the member is absent; nil means that it must be there.
    package mutating func string(_ name: String, among words: [String], default fallback: String? = nil) -> String {
        guard let value = fallback == nil ? requiredMember(name) : member(name) else { return fallback ?? "" }
        guard let text = value.string, words.contains(text) else {
            note(name, "is none of \(words.joined(separator: ", "))")
            return ""
        }
        return text
    }

    /// - Parameter fallback: where the member is absent; nil means that it must be there.
    package mutating func bool(_ name: String, default fallback: Bool? = nil) -> Bool {
        guard let value = fallback == nil ? requiredMember(name) : member(name) else { return fallback ?? false }
        if value.bool == nil { note(name, "is neither true nor false") }
        return value.bool ?? false
    }

    package mutating func optionalInt(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = member(name) else { return nil }
        guard let number = value.int, range ~= number else {
            note(name, "is not an integer from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    /// An array of texts, each there once.
    /// - Parameters:
    ///   - words: what may be in it; nil for anything.
    ///   - fallback: where the member is absent; nil means that it must be there.
    package mutating func strings(_ name: String, among words: [String]? = nil, countMax: Int = 64, default fallback: [String]? = nil) -> [String] {
        guard let elements = array(name, countMax: countMax, isRequired: fallback == nil) else { return fallback ?? [] }
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.string, 1...memberBytesMax ~= text.utf8.count else {
                noteElement(name, index, "is not a text of 1 to \(memberBytesMax) bytes")
                continue
            }
            if let words, !words.contains(text) {
                noteElement(name, index, "is none of \(words.joined(separator: ", "))")
            } else if texts.contains(text) {
                noteElement(name, index, "is there twice")
            }
            texts.append(text)
        }
        return texts
    }

    /// A time as in RFC 3339.
    package mutating func optionalTimestamp(_ name: String) -> Timestamp? {
        guard let value = member(name) else { return nil }
        guard let time = value.string.flatMap({ Timestamp(rfc3339: $0) }) else {
            note(name, "is not a time such as 2026-11-23T22:42:57Z")
            return nil
        }
        return time
    }

    /// A text that is parsed the same way as in a path: an identity, a system's name.
    /// - Returns: nil where it is missing or wrong, which `finish` then refuses.
    package mutating func value<Value: PathParameter>(_ name: String, _: Value.Type) -> Value? {
        requiredMember(name).flatMap { parsed(name, $0) }
    }

    /// An array of texts that are each parsed the same way as in a path.
    package mutating func values<Value: PathParameter>(_ name: String, _: Value.Type, countMax: Int = 64, default fallback: [Value]? = nil) -> [Value]
    {
        guard let elements = array(name, countMax: countMax, isRequired: fallback == nil) else { return fallback ?? [] }
        var values: [Value] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.string else {
                noteElement(name, index, "is not a text")
                continue
            }
            do throws(PathParameterError) { values.append(try Value(pathSegment: Array(text.utf8))) } catch { noteElement(name, index, error.reason) }
        }
        return values
    }

    /// An array of texts that `parse` understands, with at least one.
    /// - Parameter otherwise: the reason where it does not understand one: `is not a URI`.
    package mutating func parsedValues<Value>(
        _ name: String, countMax: Int = 64, otherwise reason: String, _ parse: (String) -> Value?
    ) -> [Value] {
        guard let elements = array(name, countMax: countMax, isRequired: true) else { return [] }
        var values: [Value] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.string, 1...memberBytesMax ~= text.utf8.count else {
                noteElement(name, index, "is not a text of 1 to \(memberBytesMax) bytes")
                continue
            }
            if let value = parse(text) { values.append(value) } else { noteElement(name, index, reason) }
        }
        return values
    }

    /// A text that `parse` understands.
    /// - Parameter otherwise: the reason where it does not: `is not 32 hexadecimal digits`.
    package mutating func optionalParsed<Value>(_ name: String, otherwise reason: String, _ parse: (String) -> Value?) -> Value? {
        guard let value = member(name) else { return nil }
        guard let parsed = value.string.flatMap(parse) else {
            note(name, reason)
            return nil
        }
        return parsed
    }

    private mutating func parsed<Value: PathParameter>(_ name: String, _ value: JSONValue) -> Value? {
        guard let text = text(name, value, nil) else { return nil }
        do throws(PathParameterError) { return try Value(pathSegment: Array(text.utf8)) } catch {
            note(name, error.reason)
            return nil
        }
    }

    private mutating func text(_ name: String, _ value: JSONValue, _ bytesMax: Int?) -> String? {
        let bytesMax = bytesMax ?? memberBytesMax
        guard let text = value.string, 1...bytesMax ~= text.utf8.count, text.utf8.allSatisfy({ 0x20...0x7e ~= $0 }) else {
            note(name, "is not a text of 1 to \(bytesMax) printable ASCII characters")
            return nil
        }
        return text
    }

    private var memberBytesMax: Int { ServiceLimits.memberBytesMax }
}
