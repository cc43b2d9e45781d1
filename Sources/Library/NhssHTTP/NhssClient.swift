package import Base
package import HTTPKit
package import Nhss
package import SBI

/// Asks the next hop over HTTP (TS 29.562 §6.3), and believes only an answer that is whole.
///
/// Every answered request spends sequence numbers, so a request goes to the next root only where this one cannot have acted on it.
/// Redirects are not followed: the operator has said where to ask.
package struct NhssClient: AuthenticationInformationSource {
    /// Sends one request; `HTTPClient.send` in a service.
    package typealias Transport = @Sendable (ClientRequest, Origin, Instant) async throws(ClientError) -> Response

    private let apiRoots: [APIRoot]
    private let transport: Transport
    private let isDown: @Sendable (Origin) -> Bool
    private let pauses: [Duration]
    private let random: @Sendable () -> UInt64
    private let now: @Sendable () -> Instant

    /// - Parameters:
    ///   - apiRoots: in the order in which they are tried.
    ///   - random: evenly spread values, for the spans of a trace.
    ///   - pauses: the time before each further round over the roots, where none of them has looked at the request; at least half of it is spent.
    ///     The last pause is repeated until the deadline; where there is none, every root is asked once.
    ///   - isDown: whether a root could not be reached just now, answers nothing or wants to be left alone, so that the others are asked first.
    package init(
        apiRoots: [APIRoot], random: @escaping @Sendable () -> UInt64, now: @escaping @Sendable () -> Instant = { .now },
        pauses: [Duration] = [], isDown: @escaping @Sendable (Origin) -> Bool = { _ in false }, transport: @escaping Transport
    ) {
        self.apiRoots = apiRoots
        self.pauses = pauses
        self.isDown = isDown
        self.transport = transport
        self.random = random
        self.now = now
    }

    package init(_ client: HTTPClient, apiRoots: [APIRoot], random: @escaping @Sendable () -> UInt64) {
        self.init(apiRoots: apiRoots, random: random, pauses: NhssHTTPLimits.retryPauses, isDown: client.isDown) {
            (request, origin, deadline) async throws(ClientError) in
            try await client.send(request, to: origin, deadline: deadline)
        }
    }

    // Each request in flight takes memory for whatever an asynchronous function remembers over a wait. So the work before and after a wait is done
    // in functions of their own.

    package func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        let body = request.json()
        var round = 0
        var refusing: [Origin] = []
        while true {
            var failure: Failure?
            for root in rootsInOrder {
                let message = try message(request, body, to: root, context, isRepeated: refusing.contains(root.origin))
                let response: Response
                do throws(ClientError) { response = try await transport(message, root.origin, context.deadline) } catch {
                    let reason = Failure(error, of: root)
                    failure = reason
                    if reason.wasSent { refusing.append(root.origin) }
                    if reason.mayAskElsewhere { continue }
                    break
                }
                return try NhssClient.information(in: response, for: request)
            }
            let failed = failure ?? .nobodyToAsk
            let pause = try pause(after: failed, round, context)
            do { try await Task.sleep(for: pause) } catch { throw failed.reason }
            round += 1
        }
    }

    private var rootsInOrder: [APIRoot] {
        apiRoots.count > 1 ? apiRoots.filter { !isDown($0.origin) } + apiRoots.filter { isDown($0.origin) } : apiRoots
    }

    /// A next hop that is being restarted is back in a moment.
    /// - Throws: the failure, where it is of no use to ask again.
    @inline(never)
    private func pause(after failure: Failure, _ round: Int, _ context: CallContext) throws(AuthFailure) -> Duration {
        guard failure.mayAskAgain, let last = pauses.last else { throw failure.reason }
        let pause = (round < pauses.count ? pauses[round] : last) * (0.5 + Double(random() >> 11) / Double(1 << 54))
        guard now() + pause + NhssHTTPLimits.hopMargin < context.deadline else { throw failure.reason }
        return pause
    }

    /// Why a root gave no answer, and whether the question may be asked again.
    private final class Failure {
        let reason: AuthFailure
        let mayAskElsewhere: Bool
        let mayAskAgain: Bool
        /// Whether the root has had the question and refused it.
        let wasSent: Bool

        private init(_ reason: AuthFailure, mayAskElsewhere: Bool, mayAskAgain: Bool, wasSent: Bool) {
            self.reason = reason
            self.mayAskElsewhere = mayAskElsewhere
            self.mayAskAgain = mayAskAgain
            self.wasSent = wasSent
        }

        @inline(never)
        convenience init(_ error: ClientError, of root: APIRoot) {
            self.init(
                AuthFailure(NhssClient.code(error), "\(root): \(error.reason)", retryAfter: error.retryAfter),
                mayAskElsewhere: NhssClient.mayAskElsewhere(error),
                mayAskAgain: NhssClient.mayAskAgain(error), wasSent: error.code == .connectionClosed)
        }

        static var nobodyToAsk: Failure {
            Failure(AuthFailure(.peerUnreachable, "there is no next hop to ask"), mayAskElsewhere: false, mayAskAgain: false, wasSent: false)
        }
    }

    @inline(never)
    private func message(
        _ request: AuthenticationInformationRequest, _ body: [UInt8], to root: APIRoot, _ context: CallContext,
        isRepeated: Bool
    ) throws(AuthFailure) -> ClientRequest {
        var message = ClientRequest(.post, NhssOperation.target(request.impi, prefix: root.prefix), fields: try fields(context), body: body)
        message.isRepeated = isRepeated
        message.mayGoElsewhere = apiRoots.count > 1
        return message
    }

    private static let fixedFields: Fields = ["Content-Type": NhssOperation.mediaType, "Accept": "\(NhssOperation.mediaType), \(Problem.mediaType)"]

    /// - Throws: `.timedOut` when what is left would not reach the next hop and back.
    private func fields(_ context: CallContext) throws(AuthFailure) -> Fields {
        let left = NhssClient.milliseconds(context.deadline - now() - NhssHTTPLimits.hopMargin)
        guard left >= 1 else { throw AuthFailure(.timedOut, "no time is left to ask the next hop") }
        var fields = NhssClient.fixedFields
        fields.reserve(byteCount: NhssClient.usualFieldBytes, count: NhssClient.usualFieldCount)
        fields.append(NhssOperation.maxResponseTime, decimal: min(left, NhssHTTPLimits.responseMillisecondsMax), isFresh: true)
        fields.append(NhssOperation.traceParent, context.traceParent.child(random: random).bytes, isFresh: true)
        if let correlationInfo = context.correlationInfo, NhssOperation.isCorrelationInfo(correlationInfo.utf8) {
            fields.append(NhssOperation.correlationInfo, Array(correlationInfo.utf8), isFresh: true)
        }
        return fields
    }

    // How much room the fields of a request need that has no correlation information.
    private static let usualFieldBytes = 224
    private static let usualFieldCount = 4

    /// Whole milliseconds, rounded down.
    private static func milliseconds(_ time: Duration) -> Int {
        let (seconds, attoseconds) = time.components
        return Int(clamping: seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
    }

    private static func mayAskElsewhere(_ error: ClientError) -> Bool {
        guard !error.maybeProcessed else { return false }
        switch error.code {
        case .connectionRefused, .unreachable, .connectionClosed, .overloaded, .insecure: return true
        default: return false
        }
    }

    private static func mayAskAgain(_ error: ClientError) -> Bool {
        guard !error.maybeProcessed else { return false }
        switch error.code {
        case .connectionRefused, .connectionClosed: return true
        default: return false
        }
    }

    private static func code(_ error: ClientError) -> AuthFailure.Code {
        switch error.code {
        case .timedOut, .cancelled: .timedOut
        case .invalidResponse: .peerInvalid
        case .overloaded: .congested
        default: .peerUnreachable
        }
    }
}

// MARK: Answers

extension NhssClient {
    /// Reads a success, and uses no part of one that does not answer the question.
    @inline(never)
    private static func information(in response: Response, for request: AuthenticationInformationRequest) throws(AuthFailure)
        -> AuthenticationInformation
    {
        guard response.status == .ok else { throw refusal(response) }
        guard response.fields.hasMediaType(NhssOperation.mediaType) else {
            throw AuthFailure(.peerInvalid, "the answer is not \(NhssOperation.mediaType)")
        }
        let information: AuthenticationInformation
        do throws(JSONError) { information = try AuthenticationInformation(json: response.body) } catch {
            throw AuthFailure(.peerInvalid, "the answer cannot be read: \(error)")
        }
        guard information.isAbout(request) else {
            throw AuthFailure(.peerInvalid, "the answer is for another \(information.impi == request.impi ? "public" : "private") identity")
        }
        guard information.items.count <= request.numberOfItems else {
            throw AuthFailure(.peerInvalid, "the answer has \(information.items.count) vectors where \(request.numberOfItems) were asked for")
        }
        return information
    }

    private static func refusal(_ response: Response) -> AuthFailure {
        guard response.status.code >= 400 else { return AuthFailure(.peerInvalid, "an answer with status \(response.status)") }
        return AuthFailure(refusal: response)
    }
}
