internal import ArgumentParser
internal import HTTPKit

/// The flag `--admin` of all subcommands that ask services.
struct AdminOptions: ParsableArguments {
    static let defaults = "127.0.0.1:9081 to 9084"

    @Option(
        name: .customLong("admin"),
        help: ArgumentHelp("The address of an admin listener; repeatable. (default: \(AdminOptions.defaults))", valueName: "HOST:PORT|unix:PATH"))
    var addresses: [String] = []

    func origins() throws -> [(name: String, origin: Origin)] {
        let texts = addresses.isEmpty ? (9081...9084).map { "127.0.0.1:\($0)" } : addresses
        return try texts.map { text in
            do {
                if text.utf8.starts(with: "unix:".utf8) { return (text, Origin(try SocketAddress(parsing: text))) }
                return (text, try Origin(hostAndPort: text))
            } catch let error as AddressError { throw ValidationError("--admin: \(error.reason) (or unix:PATH)") }
        }
    }
}
