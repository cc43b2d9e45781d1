/// A step between the first REGISTER and the end, told as it happens.
enum RegistrationStep: Sendable, Equatable {
    case challenged(realm: String, algorithm: String, qop: String?)
    /// The challenge was not fresh, and AUTS goes back.
    case resynchronising
    case networkNotAuthentic
    case intervalTooBrief(minimumSeconds: UInt32)
}

extension RegistrationStep {
    var line: String {
        switch self {
        case .challenged(let realm, let algorithm, let qop):
            ReportLine.text("challenge", "realm \(realm), \(algorithm)\(qop.map { ", qop \($0)" } ?? "")")
        case .resynchronising: ReportLine.text("resync", "the challenge is not fresh: AUTS goes back")
        case .networkNotAuthentic: ReportLine.text("mac failure", "the challenge is not made with this ISIM's key: an empty response goes back")
        case .intervalTooBrief(let seconds): ReportLine.text("too brief", "the registrar wants at least \(seconds) s")
        }
    }
}
