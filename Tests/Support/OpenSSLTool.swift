/// The `openssl` command line, an independent judge of certificates.
package enum OpenSSLTool {
    package static var isInstalled: Bool { Command.path(of: "openssl") != nil }
    package static let missing = "the openssl command is not installed (Debian package openssl)"

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Runs one of its commands, which may fail.
    package static func run(_ arguments: String...) throws -> Command { try run(arguments) }

    package static func run(_ arguments: [String]) throws -> Command { try Command.run("/usr/bin/env", ["openssl"] + arguments) }

    /// Runs one of its commands, which must succeed.
    @discardableResult package static func succeed(_ arguments: [String]) throws -> Command {
        let command = try run(arguments)
        guard command.succeeded else { throw Failure(description: "openssl \(arguments.joined(separator: " ")): \(command.output)") }
        return command
    }
}
