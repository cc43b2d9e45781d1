package import HTTPKit
package import Nhss

/// Asks the next hop over HTTP (TS 29.562 §6.3), and believes only an answer that is whole.
///
/// Every answered request spends sequence numbers, so a request goes to the next root only where this one cannot have acted on it.
/// Redirects are not followed: the operator says whom to ask.
package struct NhssClient: AuthenticationInformationSource {
    /// Sends one request; `HTTPClient.send` in a service.
    package typealias Transport = @Sendable (ClientRequest, Origin, ContinuousClock.Instant) async throws(ClientError) -> Response

    private let apiRoots: [APIRoot]
    private let transport: Transport
    private let isDown: @Sendable (Origin) -> Bool
    private let pauses: [Duration]
    private let random: @Sendable () -> UInt64
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameters:
    ///   - apiRoots: in the order in which they are tried.
    ///   - random: evenly spread values, for the spans of a trace.
    ///   - pauses: before each further round over the roots, where none of them has looked at the request; each is taken by half at least.
    ///   - isDown: whether a root could not be reached just now, so that the others are asked first.
    package init(
        apiRoots: [APIRoot], random: @escaping @Sendable () -> UInt64, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
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
        self.init(apiRoots: apiRoots, random: random, pauses: NhssHTTPLimits.retryPauses, isDown: client.isDown) { (request, origin, deadline) async throws(ClientError) in
            try await client.send(request, to: origin, deadline: deadline)
        }
    }

    package func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        let response = try await send(request, in: context)
        guard response.status == .ok else { throw NhssClient.refusal(response) }
        return try NhssClient.answer(response, to: request)
    }

    private func send(_ request: AuthenticationInformationRequest, in context: CallContext) async throws(AuthFailure) -> Response {
        let body = request.json()
        var round = 0
        while true {
            let outcome = try await askEachRoot(request, body, context)
            switch outcome {
            case .answered(let response): return response
            case .failed(let failure, let mayAskAgain):
                // A next hop that is being restarted is back in a moment.
                guard mayAskAgain, round < pauses.count else { throw failure }
                let pause = pauses[round] * (0.5 + Double(random() >> 11) / Double(1 << 54))
                guard now() + pause + NhssHTTPLimits.hopMargin < context.deadline else { throw failure }
                do { try await Task.sleep(for: pause) } catch { throw failure }
                round += 1
            }
        }
    }

    private enum Outcome {
        case answered(Response)
        case failed(AuthFailure, mayAskAgain: Bool)
    }

    private func askEachRoot(
        _ request: AuthenticationInformationRequest, _ body: [UInt8], _ context: CallContext
    ) async throws(AuthFailure) -> Outcome {
        var outcome = Outcome.failed(AuthFailure(.peerUnreachable, "there is no next hop to ask"), mayAskAgain: false)
        for root in apiRoots.count > 1 ? apiRoots.filter({ !isDown($0.origin) }) + apiRoots.filter({ isDown($0.origin) }) : apiRoots {
            let fields = try fields(context)
            let message = ClientRequest(.post, NhssOperation.target(request.impi, prefix: root.prefix), fields: fields, body: body)
            do throws(ClientError) {
                return .answered(try await transport(message, root.origin, context.deadline))
            } catch {
                let failure = AuthFailure(NhssClient.code(error), "\(root): \(error.reason)")
                outcome = .failed(failure, mayAskAgain: NhssClient.mayAskAgain(error))
                guard NhssClient.mayAskElsewhere(error) else { return outcome }
            }
        }
        return outcome
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

    // What the fields of a request take where nobody correlates.
    private static let usualFieldBytes = 224
    private static let usualFieldCount = 4

    /// Whole ones, rounded down.
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
    /// A success that is not what was asked for is worth nothing: no part of it is used.
    private static func answer(_ response: Response, to request: AuthenticationInformationRequest) throws(AuthFailure) -> AuthenticationInformation {
        guard response.fields.hasMediaType(NhssOperation.mediaType) else {
            throw AuthFailure(.peerInvalid, "the answer is not \(NhssOperation.mediaType)")
        }
        let information: AuthenticationInformation
        do throws(JSONError) { information = try AuthenticationInformation(json: response.body) } catch {
            throw AuthFailure(.peerInvalid, "the answer cannot be read: \(error)")
        }
        guard information.impi == request.impi else { throw AuthFailure(.peerInvalid, "the answer is for another private identity") }
        // A server that knows the standard alone gives no public identity back; whether that will do is the caller's to say.
        guard information.impu == nil || information.impu == request.impu else {
            throw AuthFailure(.peerInvalid, "the answer is for another public identity")
        }
        guard information.vectors.count <= request.numberOfItems else {
            throw AuthFailure(.peerInvalid, "the answer has \(information.vectors.count) vectors where \(request.numberOfItems) were asked for")
        }
        return information
    }

    private static func refusal(_ response: Response) -> AuthFailure {
        guard response.status.code >= 400 else { return AuthFailure(.peerInvalid, "an answer with status \(response.status)") }
        return AuthFailure(refusal: response)
    }
}
