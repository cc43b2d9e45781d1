/// Who else listens on a port.
package enum PortSharing: Sendable {
    /// Nobody: a second process that starts by mistake is told so, and does not get half of the peers.
    case alone
    /// Other sockets of this process will join, and the kernel spreads the peers over them.
    case first
    case joining
}
