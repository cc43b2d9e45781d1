package import ArgumentParser
internal import Base
internal import Glibc

/// The main program of every service:
///
///     @main enum Main {
///         static func main() { ServiceMain.run(AuthDBCommand.self, as: .authDB) }
///     }
///
///     struct AuthDBCommand: AsyncParsableCommand {
///         static let configuration = ServiceMain.configuration("authdb", "Issues authentication vectors.")
///         @OptionGroup var options: ServiceOptions
///         @Option var database: String?
///
///         func run() async throws {
///             var settings = try Settings(options)
///             let configuration = try ServiceConfiguration(options, identity: .authDB, settings: &settings)
///             let database = try settings.required("database", database)
///             try settings.checkAllFileMembersWereKnown()
///             let service = try Service(configuration, identity: .authDB)
///             …
///             try await service.run(signalling: …, admin: …)
///         }
///     }
package enum ServiceMain {
    /// Exit codes of sysexits.h.
    private static let usageCode: Int32 = 64
    private static let configurationCode: Int32 = 78
    private static let failureCode: Int32 = 1

    package static func configuration(_ name: String, _ abstract: String) -> CommandConfiguration {
        CommandConfiguration(commandName: name, abstract: abstract, discussion: HelpText.discussion, version: ProgramVersion.line(name))
    }

    /// Runs the command and ends the process. An error is one line on standard error that names the flag.
    ///
    /// It is not async: the thread that calls `main` must block its signals before another thread starts.
    package static func run<Command: AsyncParsableCommand>(_ type: Command.Type, as identity: ServiceIdentity) -> Never {
        do { try ProcessSetup.prepare() } catch { end(identity, type, error) }
        Task.detached { await runCommand(type, identity) }
        while true { pause() }
    }

    private static func runCommand<Command: AsyncParsableCommand>(_ type: Command.Type, _ identity: ServiceIdentity) async {
        do {
            var command = try type.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch { end(identity, type, error) }
        exit(0)
    }

    private static func end(_ identity: ServiceIdentity, _ type: (some ParsableCommand).Type, _ error: any Error) -> Never {
        let name = identity.name
        switch error {
        case let error as ConfigurationError: end(name, error.description, configurationCode)
        case ServiceError.configuration(let error): end(name, error.description, configurationCode)
        case ServiceError.failed(let reason): end(name, reason, failureCode)
        default: break
        }
        let code = type.exitCode(for: error)
        if code == .success {
            print(HelpText.complete(type.fullMessage(for: error), for: identity))
            exit(0)
        }
        end(name, type.message(for: error), code == .validationFailure ? usageCode : failureCode)
    }

    private static func end(_ name: String, _ reason: String, _ code: Int32) -> Never {
        let line = reason.utf8.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        let visible = LogText.visible(line, bytesMax: ServiceLimits.logLineBytesMax - 128)
        LineOutput.standardError.write(Array("\(name): \(visible)\n".utf8))
        exit(code)
    }
}
