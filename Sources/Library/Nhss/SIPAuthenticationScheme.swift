/// How the UE is to be authenticated, by the names of TS 29.562 §6.3.6.3.3 (not those of Cx).
package enum SIPAuthenticationScheme: Hashable, Sendable {
    case digestAKAv1MD5, digestHTTP, nba, giba, unknown
    /// A scheme that the standard does not name: its enumeration is open.
    case other(String)

    package init(_ text: String) {
        self =
            switch text {
            case "DIGEST-AKAV1-MD5": .digestAKAv1MD5
            case "DIGEST-HTTP": .digestHTTP
            case "NBA": .nba
            case "GIBA": .giba
            case "UNKNOWN": .unknown
            default: .other(text)
            }
    }

    package var text: String {
        switch self {
        case .digestAKAv1MD5: "DIGEST-AKAV1-MD5"
        case .digestHTTP: "DIGEST-HTTP"
        case .nba: "NBA"
        case .giba: "GIBA"
        case .unknown: "UNKNOWN"
        case .other(let text): text
        }
    }
}
