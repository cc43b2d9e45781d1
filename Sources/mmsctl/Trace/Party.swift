/// A party of figure 10.1.6.2-1, from left to right.
enum Party: Int, CaseIterable {
    case ue
    case partnerCore
    case partnerMMS
    case primaryMMS
    case primaryCore
    case authDB

    /// The two lines above its column.
    var title: (String, String) {
        switch self {
        case .ue: ("", "UE")
        case .partnerCore: ("partner", "core")
        case .partnerMMS: ("partner", "MMS")
        case .primaryMMS: ("primary", "MMS")
        case .primaryCore: ("primary", "core")
        case .authDB: ("", "AuthDB")
        }
    }

    /// The name of its binary.
    var service: String {
        switch self {
        case .ue: "mc-ue"
        case .partnerCore, .primaryCore: "sip-core-stub"
        case .partnerMMS: "partner-mms"
        case .primaryMMS: "primary-mms"
        case .authDB: "authdb"
        }
    }
}
