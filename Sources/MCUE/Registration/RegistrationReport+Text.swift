internal import HTTPKit

extension RegistrationReport.End {
    /// The word for this end in JSON and in summaries.
    var word: String {
        switch self {
        case .registered: "registered"
        case .deregistered: "deregistered"
        case .refused: "refused"
        case .failed: "failed"
        case .networkNotAuthenticated: "networkNotAuthenticated"
        case .notSynchronised: "notSynchronised"
        case .noAnswer: "noAnswer"
        case .serverFault: "serverFault"
        case .broken: "broken"
        }
    }
}

extension RegistrationReport {
    /// The kind that a failure is counted under: the status, or a word where there was none.
    var kind: String {
        switch end {
        case .refused, .failed: status.map { String($0) } ?? end.word
        default: end.word
        }
    }

    /// The lines that are told at the end.
    var lines: [String] {
        var lines: [String] = []
        switch end {
        case .registered:
            lines.append(ReportLine.text("registered", "\(contact ?? impu)\(expiresSeconds.map { ", expires in \($0) s" } ?? "")"))
            lines += associatedURIs.map { ReportLine.text("associated", $0) }
            lines += serviceRoutes.map { ReportLine.text("service route", $0) }
        case .deregistered: lines.append(ReportLine.text("deregistered", impu))
        default: lines.append(ReportLine.text("failed", reason ?? end.word))
        }
        lines += warnings.map { ReportLine.text("warning", $0) }
        lines.append(ReportLine.text("trace", "\(trace)  \(duration.millisecondsText) ms"))
        return lines
    }

    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("result", end.word)
        if let status { writer.member("status", status) }
        if let reason { writer.member("reason", reason) }
        writer.member("impi", impi)
        writer.member("impu", impu)
        writer.member("trace", trace)
        writer.member("challenges", challengeCount)
        writer.member("resynchronisations", resynchronisationCount)
        if let contact { writer.member("contact", contact) }
        if let expiresSeconds { writer.member("expires", Int(expiresSeconds)) }
        for (name, list) in [("associatedURIs", associatedURIs), ("serviceRoutes", serviceRoutes), ("warnings", warnings)] {
            writer.member(name)
            writer.beginArray()
            for item in list { writer.string(item) }
            writer.endArray()
        }
        writer.member("durationUs", duration.microseconds)
        writer.member("exitCode", Int(end.exitCode.rawValue))
        writer.endObject()
        return writer.bytes.text
    }
}
