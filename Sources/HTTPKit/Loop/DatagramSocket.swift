internal import CLinux
internal import Glibc

/// A bound UDP socket on one loop.
package final class DatagramSocket: Pollable {
    package let address: SocketAddress
    private let loop: EventLoop
    private let descriptor: Int32
    private var isOpen = true
    private let onDatagram: (UnsafeRawBufferPointer, SocketAddress) -> Void

    /// - Parameter onDatagram: called on the loop's thread with the bytes, which are lent for the call, and the address of the sender.
    package init(
        on loop: EventLoop, at address: SocketAddress, onDatagram: @escaping (UnsafeRawBufferPointer, SocketAddress) -> Void
    ) throws(SystemError) {
        descriptor = try Sockets.bound(address, type: Sockets.datagram, sharing: .alone)
        self.loop = loop
        self.onDatagram = onDatagram
        self.address = Sockets.localAddress(descriptor) ?? address
        do throws(SystemError) { try loop.register(descriptor, events: EPOLLIN.rawValue, owner: self) } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    /// Sends a datagram. If the kernel does not take it, it is lost, like a datagram that is lost on the way.
    package func send(_ bytes: [UInt8], to peer: SocketAddress) {
        guard isOpen else { return }
        let peer = peer.inFamily(address.family)
        _ = bytes.withUnsafeBytes { bytes in peer.withSockaddr { sendto(descriptor, bytes.baseAddress, bytes.count, 0, $0, $1) } }
    }

    package func close() {
        guard isOpen else { return }
        isOpen = false
        loop.remove(descriptor)
    }

    func ready(_ readiness: Readiness) {
        for _ in 0..<LoopLimits.datagramsPerTurnMax where isOpen {
            var count = -1
            let peer = SocketAddress.filled { address, length in
                count = recvfrom(descriptor, loop.readBuffer.baseAddress, loop.readBuffer.count, 0, address, length)
                return count < 0 ? -1 : 0
            }
            guard count >= 0 else { return }
            if let peer { onDatagram(UnsafeRawBufferPointer(rebasing: loop.readBuffer.prefix(count)), peer) }
        }
    }
}
