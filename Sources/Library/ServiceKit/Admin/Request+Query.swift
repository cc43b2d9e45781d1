internal import Base
package import HTTPKit
internal import SBI

/// What the query of a request to the admin listener says.
extension Request {
    /// A parameter that is parsed the same way as in a path: an identity, a system's name.
    /// - Throws: 400
    package func queryValue<Value: PathParameter>(_ name: String, _: Value.Type) throws(Problem) -> Value? {
        guard let text = try queryParameter(name) else { return nil }
        do throws(PathParameterError) { return try Value(pathSegment: Array(text.utf8)) } catch { throw .wrongQuery(name, error.reason) }
    }

    /// - Throws: 400 for what is neither `true` nor `false`.
    package func queryBool(_ name: String) throws(Problem) -> Bool? {
        switch try queryParameter(name) {
        case nil: nil
        case "true": true
        case "false": false
        default: throw .wrongQuery(name, "is neither true nor false")
        }
    }

    /// Refuses a query that names a parameter which nobody would look at: a filter that is misspelt would otherwise show, or change, everything.
    ///
    /// - Throws: 400 with the name of each.
    func refuseQuery(otherThan known: [String]) throws(Problem) {
        var unknown: [InvalidParam] = []
        for pair in (query ?? []).split(separator: UInt8(ascii: "&")) {
            let name = String(decoding: pair.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
            if known.contains(name) { continue }
            let invalid = InvalidParam(param: "query \(LogText.visible(name, bytesMax: ServiceLimits.logNameBytesMax))", reason: "is unknown")
            if !unknown.contains(invalid), unknown.count < ServiceLimits.unknownParametersNamedMax { unknown.append(invalid) }
        }
        guard !unknown.isEmpty else { return }
        let taken = known.isEmpty ? "no query parameter" : known.joined(separator: ", ")
        // TS 29.500 table 5.2.7.2-1: "an unsupported query parameter in the URI".
        throw Problem(.badRequest, detail: "this resource takes \(taken)", cause: "INVALID_QUERY_PARAM", invalidParams: unknown)
    }
}

extension Problem {
    static func wrongQuery(_ name: String, _ reason: String) -> Problem {
        .invalid("query \(name)", reason, cause: "OPTIONAL_QUERY_PARAM_INCORRECT")
    }
}
