import Glibc

@testable import HTTPKit

extension SystemCalls {
    /// The kernel's calls, but that reading is held up while the flag is set. It goes on when nothing can be sent any more.
    ///
    /// - Parameter isReset: set when a read was held up that would have found the connection reset.
    static func holdingReads(while isHeldUp: Flag, noting isReset: Flag = Flag()) -> SystemCalls {
        var calls = SystemCalls.kernel
        let (read, write) = (calls.read, calls.write)
        calls.read = { descriptor, bytes, count in
            guard isHeldUp.isSet else { return read(descriptor, bytes, count) }
            var look = pollfd(fd: descriptor, events: 0, revents: 0)
            if poll(&look, 1, 0) == 1, Int32(look.revents) & POLLHUP != 0 { isReset.set() }
            errno = EAGAIN
            return -1
        }
        calls.write = { descriptor, bytes, count in
            let sent = write(descriptor, bytes, count)
            let number = errno
            if sent < 0, number != EAGAIN { isHeldUp.clear() }
            errno = number
            return sent
        }
        return calls
    }
}
