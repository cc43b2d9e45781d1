package import HTTPKit
internal import SBI

extension Problem {
    /// 400 for a body that cannot be read: `INVALID_MSG_FORMAT` where it is no JSON we take, else which member is missing or incorrect
    /// (TS 29.500 table 5.2.7.2-1).
    ///
    /// - Parameter mandatory: the members of the body that must be there.
    package init(_ error: JSONError, mandatory: Set<String>) {
        let isWhole = error.path.isEmpty
        self.init(
            .badRequest, detail: "\(isWhole ? "the body" : error.path): \(error.reason) (byte \(error.offset))",
            cause: Problem.cause(of: error, mandatory),
            invalidParams: isWhole ? [] : [InvalidParam(param: error.path, reason: error.reason)])
    }

    private static func cause(of error: JSONError, _ mandatory: Set<String>) -> String {
        switch error.code {
        case .missingMember:
            return "MANDATORY_IE_MISSING"
        case .wrongType, .outOfRange, .invalidValue:
            let member = String(decoding: error.path.utf8.dropFirst().prefix { $0 != UInt8(ascii: "/") }, as: UTF8.self)
            guard !member.isEmpty else { return "INVALID_MSG_FORMAT" }
            return mandatory.contains(member) ? "MANDATORY_IE_INCORRECT" : "OPTIONAL_IE_INCORRECT"
        default:
            return "INVALID_MSG_FORMAT"
        }
    }
}
