internal import Flow

/// Where a registration stopped, why, and what to look at.
struct LadderStop {
    let place: LadderPlace
    private let event: FlowEvent
    private let partnerSystem: String?

    /// - Returns: nil where nothing has failed.
    init?(_ rows: [LadderRow]) {
        var recorded = rows.filter { $0.event != nil }
        // Of several attempts of one trace the last counts.
        if recorded.filter({ $0.step == 12 }).count > 1, let begin = recorded.lastIndex(where: { $0.step == 1 || $0.step == 11 }) {
            recorded = Array(recorded[begin...])
        }
        let failures = recorded.filter { $0.event?.hasFailed == true }
        guard let deepest = failures.map(\.place.depth).max(), let row = failures.last(where: { $0.place.depth == deepest }), let event = row.event
        else { return nil }
        place = row.place
        self.event = event
        partnerSystem =
            rows.lazy.compactMap(\.event).flatMap { [$0.from, $0.to] }.first { $0.hasPrefix("partner-mms@") }.map {
                String($0.drop { $0 != "@" }.dropFirst())
            }
    }

    /// `stopped at step 3, partner-mms@partner.example: 403 MIGRATION_NOT_ALLOWED, the binding is disabled; look at …`
    var line: String {
        let location = place.isQuestion ? "\(event.to), as \(event.from) tells" : event.from
        let why = ["\(event.status ?? 0)", event.cause ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        return "stopped at step \(place.step), \(location): \(why)\(event.reason.map { ", \($0)" } ?? ""); look at \(advice)"
    }

    private var advice: String {
        let hop = place.isQuestion ? event.to : event.from
        let impi = event.impi ?? "IMPI"
        switch event.cause {
        case "TARGET_NF_NOT_REACHABLE", "TIMED_OUT_REQUEST": return "whether \(hop) runs and can be reached (mmsctl health)"
        case "UPSTREAM_SERVER_ERROR": return "the version of \(hop), and proxies before it"
        case "UPSTREAM_CONGESTION": return "the services behind \(hop), and their databases (mmsctl health)"
        case "NF_CONGESTION": return "the load of \(hop) (/metrics)"
        case "SYSTEM_FAILURE": return "the log of \(hop), the lines with this trace"
        default: break
        }
        switch (place.isQuestion ? place.to : place.recorder, event.cause) {
        case (.primaryMMS, "REQUESTER_NOT_AUTHORIZED"): return "/admin/v1/partner-systems of primary-mms, and the partner's certificate"
        case (_, "REQUESTER_NOT_AUTHORIZED"): return "the caller's certificate, and --system-id of \(hop)"
        case (.primaryMMS, "NF_CONGESTION_RISK"): return "rateLimit in /admin/v1/partner-systems of primary-mms, and how often this UE registers"
        case (_, "NF_CONGESTION_RISK"): return "how often this UE registers"
        case (.partnerMMS, _): return "/admin/v1/bindings/\(impi) of partner-mms, and its primary system"
        case (.primaryMMS, _):
            return "/admin/v1/migration-authorisations/\(impi)/\(partnerSystem ?? "PARTNER") of primary-mms"
        case (.authDB, "AV_GENERATION_PROBLEM"): return "currentSqn in /admin/v1/subscribers/\(impi) of authdb"
        case (.authDB, "AUTHENTICATION_REJECTED"), (.partnerCore, "AUTHENTICATION_REJECTED"):
            return "the keys: K and OPc of the ISIM and of the subscriber at authdb (keyCheckValue)"
        case (.authDB, _), (.primaryCore, _): return "/admin/v1/subscribers/\(impi) of authdb"
        case (.partnerCore, "INSUFFICIENT_RESOURCES"): return "/admin/v1/registrations of sip-core-stub"
        case (.partnerCore, _), (.ue, _): return "the log of \(hop), the lines with this trace"
        }
    }
}
