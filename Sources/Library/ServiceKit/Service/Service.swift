internal import Base
internal import Glibc
package import HTTPKit
package import Logging
internal import SBI
package import Store

/// A service: two servers, signalling and administration, on one group of event loops, from ready to drained.
package final class Service: Sendable {
    package let configuration: ServiceConfiguration
    package let identity: ServiceIdentity
    package let group: EventLoopGroup
    package let client: HTTPClient
    /// The log. Of many lines of one kind only the first of each second are written: strangers can cause them.
    package let logger: Logger
    /// The log for what users and administrators have done, once they have proved who they are: every line is written.
    package let journal: Logger
    package let metrics: Metrics
    package let flowEvents: FlowEvents
    /// Decides who sent a request to the admin listener.
    package let administrators: any CallerIdentification<Author> = LocalAdministrator()
    let tls: ServiceTLS?
    let certificates: CertificateWatch?
    private let log: LogWriter
    private let ownsProcess: Bool
    private let readiness = Readiness()
    private let loops: LoopWatch
    let watch = ServiceWatch()
    private let trigger = StopTrigger()
    private let httpMetrics: HTTPMetrics
    /// Shared by all listeners.
    private let memory = ServerMemory(bytesMax: Service.limits.heldBytesMax)

    /// - Parameters:
    ///   - output: takes the log lines and the ready line, on a thread of its own; it may block.
    ///   - ownsProcess: whether signals stop this service and its end is the end of the process. False in a test.
    /// - Throws: where no event loop can be made or a TLS file cannot be used.
    package init(
        _ configuration: ServiceConfiguration, identity: ServiceIdentity, output: LineOutput = .standardError, ownsProcess: Bool = true
    ) throws(ServiceError) {
        self.configuration = configuration
        self.identity = identity
        self.ownsProcess = ownsProcess
        do throws(SystemError) { group = try EventLoopGroup(loopCount: configuration.loopCount) } catch { throw .failed(reason: error.description) }
        do throws(ConfigurationError) {
            tls = try configuration.tls.map { (files) throws(ConfigurationError) in try ServiceTLS(files, hopProtocol: configuration.hopProtocol) }
        } catch { throw .configuration(error) }
        client = HTTPClient(
            on: group, speaking: configuration.hopProtocol, security: tls?.client, concernsOthersOnly: UpstreamCongestion.isTold)
        let format = LineFormat(service: identity.name, configuration.logFormat)
        let log = LogWriter(output, format)
        self.log = log
        let level = configuration.logLevel
        logger = Logger(label: identity.name) { _ in LineLogHandler(format, level: level, output: log.output, admits: log.admits) }
        journal = Logger(label: identity.name) { _ in LineLogHandler(format, level: level, output: log.output) }
        certificates = tls.map { [logger] in CertificateWatch($0, of: configuration.systemID, logger: logger) }
        metrics = Metrics()
        flowEvents = FlowEvents()
        loops = LoopWatch(group)
        httpMetrics = HTTPMetrics(metrics)
        httpMetrics.watch(memory)
        metrics.addProcess(identity: identity)
        metrics.addLog(log)
        metrics.readCounter("mc_flow_events_overwritten_total", help: "Flow events that newer ones have replaced.") { [flowEvents] in
            Double(flowEvents.overwrittenCount)
        }
        metrics.gauge("mc_ready", help: "1 while the service is ready.") { [readiness] in
            readiness.findings().allSatisfy { $0.failure == nil } ? 1 : 0
        }
        if let certificates { addChecks(of: certificates) }
    }

    /// Adds a check that the service must pass to be ready.
    ///
    /// - Parameter check: returns why the check fails, nil where it passes. It is called on an event loop and must not block.
    package func addReadinessCheck(_ name: String, _ check: @escaping @Sendable () -> String?) { readiness.add(name, check) }

    /// The same with a warning, which is shown where the check passes.
    package func addReadinessCheck(_ name: String, _ check: @escaping @Sendable () -> String?, warning: @escaping @Sendable () -> String?) {
        readiness.add(name, check, warning: warning)
    }

    /// Ends the service after a failure such as a failed commit: no answer can be trusted any more, so it stops being ready at once.
    package func fail(_ reason: String) {
        readiness.setFailed(reason)
        trigger.stop(.failure(reason)) { logger.critical("fatal, the service ends", metadata: ["reason": .string(reason)]) }
    }

    /// Stops the service as SIGTERM does.
    package func stop() { trigger.stop(.asked) }

    /// The addresses that the service listens at.
    package struct Addresses: Sendable {
        package let listen: SocketAddress
        package let admin: SocketAddress
    }

    /// Listens, writes the ready line, waits for SIGTERM and drains: the listeners close first, then the last requests are answered, those of
    /// administrators last, and then what the answers needed is closed.
    ///
    /// - Parameters:
    ///   - admin: the routes of the admin listener; those that every service has are added.
    ///   - recognise: tells the systems whose certificates open a signalling connection; nil stands for this system's own alone.
    ///   - readyMembers: further members of the ready line.
    ///   - onReady: called once both listeners accept.
    ///   - onDrain: called before the signalling listener closes, to stop other listeners.
    ///   - onStop: called after the last answer, to close what the answers needed.
    /// - Throws: where a listener cannot be opened, or when `fail` was called.
    package func run(
        signalling: Router, admin: AdminRouter, recognising recognise: SystemRecognition? = nil, readyMembers: [(String, JSONValue)] = [],
        onReady: (Addresses) -> Void = { _ in }, onDrain: () async -> Void = {}, onStop: () async -> Void = {}
    ) async throws(ServiceError) {
        watch.start()
        defer { watch.stop() }
        if ownsProcess { SignalThread.start(trigger) { [self] in reloadTLS() } }
        var admin = admin
        addRoutes(to: &admin)
        var signalling = signalling
        signalling.observer = requestLog(isAdmin: false)
        admin.router.observer = requestLog(isAdmin: true)
        let signallingServer = server(signalling, "signalling", security: security(recognising: recognise ?? ownSystem))
        let adminServer = server(guarded(admin.router), "admin", security: nil)
        let claim = AddressClaim(client: client)
        let addresses: Addresses
        do throws(ConfigurationError) {
            let adminAddress = try await claim.listen(adminServer, at: configuration.adminListen, flag: "admin-listen")
            let listenAddress = try await claim.listen(signallingServer, at: configuration.listen, flag: "listen")
            addresses = Addresses(listen: listenAddress, admin: adminAddress)
        } catch { throw .configuration(error) }
        readiness.setListening()
        _ = log.output.write(ReadyLine(identity: identity, addresses: addresses, more: readyMembers).bytes)
        logLimits()
        warnOfUnknownVariables()
        onReady(addresses)

        let reason = await trigger.wait()
        beginStopping(reason)
        await onDrain()
        await signallingServer.drain(within: drainTime(reason))
        await adminServer.drain(within: ServiceLimits.adminDrainTime)
        await onStop()
        await client.shutDown()
        claim.release(addresses.admin)
        group.shutDown()
        defer { log.close() }
        if case .failure(let reason) = reason { throw .failed(reason: reason) }
        logger.notice("stopped")
    }

    private func addRoutes(to admin: inout AdminRouter) {
        OperationRoutes(identity: identity, systemID: configuration.systemID, readiness: readiness, loops: loops, metrics: metrics)
            .add(to: &admin.router)
        FlowRoutes(events: flowEvents).add(to: &admin)
    }

    /// Nobody is led to a Unix socket by a name.
    private func guarded(_ admin: Router) -> Router {
        configuration.adminListen.isLocalSocket ? admin : admin.refusing(by: ListenerNames(configuration.adminListen).refusal)
    }

    private static let limits = HTTPKit.ServerLimits()

    private func logLimits() {
        logger.info("limits", metadata: Dictionary(uniqueKeysWithValues: Service.limits.byName.map { ($0.name, .stringConvertible($0.value)) }))
    }

    /// A misspelt variable must not pass in silence, but a start never fails for one: an orchestrator may set others that begin alike.
    private func warnOfUnknownVariables() {
        let names = configuration.knownSettings.unknownVariables
        guard !names.isEmpty else { return }
        logger.warning(
            "environment variables that are no setting of this service", metadata: ["variables": .string(names.joined(separator: " "))])
    }

    private func server(_ router: Router, _ listener: String, security: ServerSecurity?) -> Server {
        let limits = Service.limits
        let server = Server(on: group, router: router, limits: limits, security: security, memory: memory) { [httpMetrics, logger] served in
            httpMetrics.record(served)
            guard logger.logLevel <= .debug else { return }
            logger.debug(
                "served",
                metadata: [
                    "listener": .string(listener), "method": .string(served.method?.rawValue ?? HTTPMetrics.unknownMethod),
                    "route": .string(served.route),
                    "status": .stringConvertible(served.status.code), "dur_us": .stringConvertible(Int(served.duration / .microseconds(1))),
                ])
        }
        httpMetrics.watch(server, listener: listener, limits: limits)
        return server
    }

    private func beginStopping(_ reason: StopTrigger.Reason) {
        readiness.setDraining()
        logger.notice("draining", metadata: ["reason": .string("\(reason)")])
        guard ownsProcess else { return }
        let isFailure = if case .failure = reason { true } else { false }
        // The process ends even if something hangs.
        let deadline = Instant.now + (isFailure ? ServiceLimits.failedStopTime : ServiceLimits.stopTime)
        group.first.execute { [group] in group.first.schedule(at: deadline) { _exit(1) } }
    }

    private func drainTime(_ reason: StopTrigger.Reason) -> Duration {
        if case .failure = reason { ServiceLimits.failedDrainTime } else { ServiceLimits.drainTime }
    }
}
