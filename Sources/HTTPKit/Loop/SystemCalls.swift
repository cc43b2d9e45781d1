internal import CLinux
internal import Glibc

/// The system calls on sockets that can fail in interesting ways, as values: a test gives its own.
package struct SystemCalls: Sendable {
    // Safety: each takes the pointer and count of a live buffer of the caller and does not keep them.
    package var read: @Sendable (Int32, UnsafeMutableRawPointer, Int) -> Int
    package var write: @Sendable (Int32, UnsafeRawPointer, Int) -> Int
    package var accept: @Sendable (Int32) -> Int32

    package static let kernel = SystemCalls(
        read: { Glibc.recv($0, $1, $2, 0) },
        write: { Glibc.send($0, $1, $2, Int32(MSG_NOSIGNAL)) },
        accept: { mc_accept($0) })
}
