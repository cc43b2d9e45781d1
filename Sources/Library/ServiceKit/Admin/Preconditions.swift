package import HTTPKit
internal import SBI
package import Store

/// `If-Match` and `If-None-Match` of a request (RFC 9110 §13.1), to be checked where the resource cannot change under the check.
package struct Preconditions: Sendable {
    private enum Tags: Sendable {
        case any
        case list([String])
    }

    private let mustMatch: Tags?
    private let mustNotMatch: Tags?

    /// - Throws: 400 for a field that is no list of entity tags, and for one without any. RFC 9110 §13.1 allows an empty list, which no client means:
    ///   it is what a client sends that has lost the tag, and as `If-None-Match` it would guard nothing.
    package init(_ request: Request) throws(Problem) {
        mustMatch = try Preconditions.tags("If-Match", request.fields)
        mustNotMatch = try Preconditions.tags("If-None-Match", request.fields)
    }

    /// For a request that changes something.
    /// - Parameter current: of the resource as it is; nil where there is none.
    /// - Throws: 412.
    package func check(current: ETag?) throws(Problem) {
        if let mustMatch, !Preconditions.matches(mustMatch, current, isWeak: false) {
            let detail = current.map { "the resource has changed: its ETag is \($0)" } ?? "there is no such resource to match"
            throw Problem(.preconditionFailed, detail: detail, cause: nil, invalidParams: [.init(param: "header If-Match", reason: "does not match")])
        }
        if let mustNotMatch, Preconditions.matches(mustNotMatch, current, isWeak: true) {
            throw Problem(
                .preconditionFailed, detail: "the resource is there already", cause: nil,
                invalidParams: [.init(param: "header If-None-Match", reason: "matches")])
        }
    }

    /// The same as a yes or no, for a store that asks within its transaction.
    package func allow(_ current: ETag?) -> Bool {
        do throws(Problem) { try check(current: current) } catch { return false }
        return true
    }

    /// Whether a reader has this very state already (304).
    package func isNotModified(current: ETag) -> Bool {
        mustNotMatch.map { Preconditions.matches($0, current, isWeak: true) } ?? false
    }

    private static func matches(_ tags: Tags, _ current: ETag?, isWeak: Bool) -> Bool {
        guard let current else { return false }
        switch tags {
        case .any: return true
        case .list(let tags):
            return tags.contains { isWeak ? opaque($0).elementsEqual(opaque(current.description)) : current.isStrong && $0 == current.description }
        }
    }

    /// The part that a weak comparison looks at (RFC 9110 §8.8.3.2).
    private static func opaque(_ tag: String) -> Substring.UTF8View { tag.utf8.starts(with: "W/".utf8) ? tag.utf8.dropFirst(2) : tag.utf8[...] }

    private static func tags(_ field: String, _ fields: Fields) throws(Problem) -> Tags? {
        let values = fields.values(field)
        guard !values.isEmpty else { return nil }
        if values == ["*"] { return .any }
        var tags: [String] = []
        for value in values {
            guard let listed = list(value.utf8[...]), tags.count + listed.count <= ServiceLimits.entityTagsMax else { throw .noTags(field) }
            tags += listed
        }
        guard !tags.isEmpty else { throw .noTags(field) }
        return .list(tags)
    }

    /// `"a", W/"b"`, with empty elements between commas (RFC 9110 §5.6.1.2); a tag may hold a comma, so the quotes decide.
    private static func list(_ text: Substring.UTF8View) -> [String]? {
        var tags: [String] = []
        var rest = text
        while true {
            rest = rest.drop { isBlank($0) || $0 == UInt8(ascii: ",") }
            guard !rest.isEmpty else { return tags }
            let opening = rest.starts(with: "W/".utf8) ? rest.dropFirst(2) : rest
            guard opening.first == UInt8(ascii: "\""), let closing = opening.dropFirst().firstIndex(where: { !isTagCharacter($0) }),
                opening[closing] == UInt8(ascii: "\""), tags.count < ServiceLimits.entityTagsMax
            else { return nil }
            let end = rest.index(after: closing)
            tags.append(String(decoding: rest[..<end], as: UTF8.self))
            rest = rest[end...].drop(while: isBlank)
            guard rest.isEmpty || rest.first == UInt8(ascii: ",") else { return nil }
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// `etagc` of RFC 9110 §8.8.3.
    private static func isTagCharacter(_ byte: UInt8) -> Bool { byte == 0x21 || 0x23...0x7e ~= byte || byte >= 0x80 }
}

extension Problem {
    fileprivate static func noTags(_ field: String) -> Problem {
        .invalid("header \(field)", "is not a list of entity tags", cause: "OPTIONAL_IE_INCORRECT")
    }
}
