package import HTTPKit

/// The root of an API as 3GPP has it (`apiRoot`): `https://HOST:PORT`, or `http://` in a laboratory, with an optional path in front of the API's own
/// (TS 29.501 §4.4.1).
package struct APIRoot: Sendable, Hashable, CustomStringConvertible {
    package let origin: Origin
    /// Empty, or `/prefix` without a slash at the end.
    package let prefix: String

    package init(parsing text: String) throws(AddressError) {
        guard let scheme = ["https://", "http://"].first(where: { text.utf8.starts(with: $0.utf8) }) else {
            throw AddressError(reason: "\(text) begins with neither https:// nor http://")
        }
        let isSecure = scheme == "https://"
        let rest = text.utf8.dropFirst(scheme.utf8.count)
        let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        var authority = String(decoding: rest[..<slash], as: UTF8.self)
        if authority.utf8.last == UInt8(ascii: "]") || !authority.utf8.contains(UInt8(ascii: ":")) {
            authority += isSecure ? ":443" : ":80"
        }
        origin = try Origin(hostAndPort: authority, isSecure: isSecure)
        var path = Array(rest[slash...])
        while path.last == UInt8(ascii: "/") { path.removeLast() }
        guard ClientRequest.isTarget(path), !path.contains(UInt8(ascii: "?")) else {
            throw AddressError(reason: "\(text): the path is malformed")
        }
        prefix = String(decoding: path, as: UTF8.self)
    }

    package var description: String { "\(origin.isSecure ? "https" : "http")://\(origin)\(prefix)" }
}
