package import HTTPKit

/// The members that 3GPP adds to a problem document (`ProblemDetails` of TS 29.571 §5.2.4.1).
extension Problem {
    /// - Parameters:
    ///   - cause: the error in the terms of the API, mostly one of TS 29.500 table 5.2.7.2-1; nil where there is none for it.
    ///   - invalidParams: what is wrong with the request, one by one.
    package init(_ status: Status, detail: String? = nil, cause: String?, invalidParams: [InvalidParam] = [], fields: Fields = [:]) {
        self.init(status, detail: detail, fields: fields)
        if let cause { extensions.members.append(("cause", .string(cause))) }
        if !invalidParams.isEmpty { extensions.members.append(("invalidParams", .array(invalidParams.map(\.json)))) }
    }

    /// 400 for one member, parameter or field.
    package static func invalid(_ param: String, _ reason: String, cause: String = "MANDATORY_IE_INCORRECT") -> Problem {
        Problem(.badRequest, detail: "\(param) \(reason)", cause: cause, invalidParams: [InvalidParam(param: param, reason: reason)])
    }
}
