/// Whether several sockets listen on a port.
package enum PortSharing: Sendable {
    /// One socket only. A second process that is started by mistake gets an error, and not half of the connections.
    case alone
    /// The first of several sockets of this process, among which the kernel spreads the connections.
    case first
    case joining
}
