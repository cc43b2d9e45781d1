/// Who is on the other end of a connection: one for all of its requests.
package final class Peer: Sendable {
    /// `127.0.0.1:40312`, `[::1]:40312`, or `unix` for a local socket.
    package let address: String
    /// The names of the verified client certificate; none on a plain connection.
    package let names: [String]

    package init(address: String, names: [String] = []) {
        self.address = address
        self.names = names
    }
}
