import Base
import Flow

@testable import mmsctl

/// Flow events as the services record them, a millisecond apart, and the services that were asked.
struct LadderLaboratory {
    static let trace = "0af7651916cd43dd8448eb211c80319c"
    static let core = ServiceName(service: "sip-core-stub", system: "partner.example")
    static let partnerMMS = ServiceName(service: "partner-mms", system: "partner.example")
    static let primaryMMS = ServiceName(service: "primary-mms", system: "primary.example")
    static let primaryCore = ServiceName(service: "sip-core-stub", system: "primary.example")
    static let authDB = ServiceName(service: "authdb", system: "primary.example")
    static let everybody = [core, partnerMMS, primaryMMS, primaryCore, authDB]

    private(set) var events: [FlowEvent] = []

    /// Adds an event as the service that takes the step records it.
    mutating func add(
        _ step: Int, by service: ServiceName? = nil, status: Int? = nil, _ cause: String? = nil, _ reason: String? = nil, message: String? = nil,
        after: Duration = .milliseconds(1)
    ) {
        let recorder = service ?? LadderLaboratory.recorder(step)
        let to = [1: "sip-core-stub@partner.example", 2: "partner-mms@partner.example", 4: "primary-mms@primary.example"][step] ?? "elsewhere"
        let isHome = recorder.system == "primary.example" || step == 4
        events.append(
            FlowEvent(
                timestamp: (events.last?.timestamp ?? Timestamp(microsecondsSince1970: 1_800_000_000_000_000)) + after, trace: LadderLaboratory.trace,
                step: step, from: [1, 11].contains(step) ? "ue" : "\(recorder)", to: [3, 8].contains(step) ? "\(recorder)" : to,
                message: message ?? (step == 12 && status == 200 ? "registered" : "message"), status: status, duration: .milliseconds(7),
                impi: isHome ? "user1@primary.example" : "visitor1@partner.example", cause: cause, reason: reason))
    }

    /// Adds steps that went well.
    mutating func addGood(_ steps: ClosedRange<Int>, relayed: Bool = false) {
        for step in steps {
            let status = [1: nil, 10: 401, 11: nil][step] ?? 200
            if step == 6 {
                add(6, by: LadderLaboratory.authDB, status: 200)
                if relayed { add(6, by: LadderLaboratory.primaryCore, status: 200) }
            } else {
                add(step, status: status)
                if step == 5, relayed { add(5, by: LadderLaboratory.primaryCore, status: 200) }
            }
        }
    }

    static func recorder(_ step: Int) -> ServiceName {
        switch step {
        case 3, 4, 8, 9: partnerMMS
        case 5, 7: primaryMMS
        case 6: authDB
        default: core
        }
    }

    /// The ladder of the events that these services recorded.
    func ladder(_ services: [ServiceName] = everybody) -> Ladder {
        let known = events.filter { event in
            services.contains { event.from == "ue" ? $0 == LadderLaboratory.core : event.from == "\($0)" }
        }
        return Ladder(trace: LadderLaboratory.trace, events: known, services: services)
    }
}

extension Ladder {
    /// The steps without an event, by why there is none.
    func gaps(_ gap: Gap) -> [Int] { rows.filter { $0.gap == gap }.map(\.step) }
}
