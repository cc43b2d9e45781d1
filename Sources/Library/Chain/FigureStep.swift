internal import Base
internal import Flow
internal import Nhss
package import NhssHTTP
package import ServiceKit

/// An arrow or a note of figure 10.1.6.2-1 of TS 23.280, recorded by each service that takes part in it.
///
/// An object, because every event that is remembered keeps it.
package final class FigureStep: Sendable {
    /// Which moment of a question counts as the time of the step.
    package enum Moment: Sendable {
        /// The sending of the question.
        case asked
        /// The coming of the answer; also for notes.
        case answered
    }

    package let number: Int
    package let from: String
    package let to: String
    package let message: String
    package let moment: Moment

    package init(_ number: Int, from: String, to: String, _ message: String, _ moment: Moment) {
        self.number = number
        self.from = from
        self.to = to
        self.message = message
        self.moment = moment
    }

    package static let request = "get SIP authentication information request"
    package static let response = "get SIP authentication information response"
    /// The end of the message of a question that asks for resynchronisation, and of the REGISTER that led to it.
    package static let withAUTS = " with AUTS"

    /// Gives what an `ObservedSource` calls to have each question recorded.
    package func observer(_ events: FlowEvents) -> ObservedSource.Observer {
        { [self] observation in
            let ended = Timestamp.now()
            let timestamp = moment == .asked ? FigureStep.moment(observation.duration, before: ended) : ended
            events.record(trace: observation.traceParent.traceNumber, at: timestamp) { [self] in
                FlowEvent(
                    timestamp: timestamp, trace: observation.traceParent.traceIDText, step: number, from: from, to: to,
                    message: moment == .asked && observation.isResynchronisation ? message + FigureStep.withAUTS : message,
                    status: observation.status, duration: observation.duration,
                    impi: "\(observation.impi)", impu: observation.impu.map { "\($0)" }, cause: observation.cause, reason: observation.reason)
            }
        }
    }

    private static func moment(_ duration: Duration, before end: Timestamp) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        return Timestamp(microsecondsSince1970: end.microsecondsSince1970 - seconds * 1_000_000 - attoseconds / 1_000_000_000_000)
    }
}

extension ServiceConfiguration {
    /// This service in the figure: `partner-mms@partner.example`.
    package func place(_ service: String) -> String { "\(service)@\(systemID)" }
}
