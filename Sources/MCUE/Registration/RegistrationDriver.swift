internal import Base
internal import HTTPKit
internal import SIP

/// Brings the requests of a registration to the server and the responses back.
struct RegistrationDriver: Sendable {
    let link: SignallingLink
    let transport: ServerAddress.Transport
    /// The time that the server has to answer each request.
    let answerTime: Duration
    let identifiers: RandomIdentifiers

    /// Called with each address of the server that is tried.
    var onServer: @Sendable (SocketAddress) -> Void = { _ in }

    /// Registers at the first address of the server that answers.
    func register(_ subscriber: Subscriber, trace: String, card: inout Card, onStep: @escaping (RegistrationStep) -> Void) async -> RegistrationReport
    {
        let began = Instant.now
        var reasons: [String] = []
        onServer(await link.server)
        var report = await attempt(subscriber, trace: trace, card: &card, onStep: onStep)
        while report.isUnheard {
            if let reason = report.reason { reasons.append(reason) }
            guard await link.advance() else { break }
            onServer(await link.server)
            report = await attempt(subscriber, trace: trace, card: &card, onStep: onStep)
        }
        if report.isUnheard { report.reason = reasons.joined(separator: "; ") }
        report.duration = .now - began
        return report
    }

    private func attempt(
        _ subscriber: Subscriber, trace: String, card: inout Card, onStep: @escaping (RegistrationStep) -> Void
    ) async -> RegistrationReport {
        do throws(UEError) {
            let address = try await endpoint()
            let dialog = RegisterDialog(subscriber, at: address, over: transport, trace: trace, identifiers: identifiers)
            var registration = Registration(dialog, trace: trace, identifiers: identifiers, onStep: onStep)
            await run(&registration, &card)
            return registration.report
        } catch {
            return RegistrationReport(
                end: .noAnswer, reason: error.reason, impi: subscriber.impi.text, impu: subscriber.impu.description, trace: trace)
        }
    }

    private func run(_ registration: inout Registration, _ card: inout Card) async {
        var next = Registration.Next.send(registration.firstRequest)
        while case .send(let request) = next {
            do throws(UEError) {
                next = registration.take(try await exchange(request), card: &card)
            } catch { next = registration.fail(error) }
        }
    }

    private func exchange(_ request: SIPRequest) async throws(UEError) -> SIPResponse {
        let message: [UInt8]
        do throws(SIPWriteError) { message = try SIPWriter.bytes(of: request) } catch {
            throw UEError(.unusable, "the request cannot be written: \(error.code.rawValue) in \(error.header?.description ?? "its first line")")
        }
        return try await link.exchange(message, branch: request.topVia?.branch ?? [], within: answerTime)
    }

    private func endpoint() async throws(UEError) -> SIPEndpoint {
        let address = try await link.open()
        guard let host = SIPHost(address: address.host.utf8) else { throw UEError(.noAnswer, "\(address) is not an address for SIP") }
        return SIPEndpoint(host: host, port: address.port)
    }
}
