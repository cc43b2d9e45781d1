/// The text of `--help`.
///
/// The flags of all services are declared once, so their help has marks where the addresses of the service belong. A mark is as long as most
/// addresses are, which keeps the lines in shape.
enum HelpText {
    static let listen = "{listen______}"
    static let adminListen = "{adminListen_}"

    /// What every service says below its first line.
    static let discussion = """
        Administration: the admin API is at http://ADMIN-LISTEN/admin/v1 and describes itself at /openapi.json; /readyz?verbose, /metrics and \
        /version are there, too.

        Each setting is a flag, a variable (MC_LISTEN, the flag in capitals) or a member of the file that --config names, in this order.
        """

    /// Puts the addresses of a service in place of the marks.
    static func complete(_ text: String, for identity: ServiceIdentity) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            replaced(replaced(String(line), listen, identity.defaultListen), adminListen, identity.defaultAdminListen)
        }.joined(separator: "\n")
    }

    private static func replaced(_ line: String, _ mark: String, _ text: String) -> String {
        guard let range = line.firstRange(of: mark) else { return line }
        return String(line[..<range.lowerBound]) + text + String(line[range.upperBound...])
    }
}
