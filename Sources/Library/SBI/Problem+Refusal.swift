package import HTTPKit

extension Problem {
    /// The problem document for a refusal of HTTPKit, with the cause of TS 29.500 table 5.2.7.2-1.
    ///
    ///     let router = Router(describing: Problem.details)
    package static func details(of refusal: Refusal) -> Problem {
        let plain = Problem(refusal)
        return switch refusal.code {
        case .message, .pathEncoding: Problem(refusal.status, detail: plain.detail, cause: "INVALID_MSG_FORMAT", fields: plain.fields)
        case .unknownAPI: Problem(refusal.status, detail: plain.detail, cause: "INVALID_API", fields: plain.fields)
        case .unknownPart: Problem(refusal.status, detail: plain.detail, cause: "RESOURCE_URI_STRUCTURE_NOT_FOUND", fields: plain.fields)
        case .method, .unknownPath, .contentCoding: plain
        case .parameter(let name): .invalid(name, refusal.reason)
        case .overload: Problem(refusal.status, detail: plain.detail, cause: "NF_CONGESTION", fields: plain.fields)
        }
    }
}

extension Request {
    /// `queryItem` for handlers, which throw problems.
    /// - Throws: 400 where the parameter is given twice or is badly encoded.
    package func queryParameter(_ name: String) throws(Problem) -> String? {
        do throws(Refusal) { return try queryItem(name) } catch { throw .details(of: error) }
    }
}
