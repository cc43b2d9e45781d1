internal import Glibc

/// A failed system call: its name and `errno`.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    package let call: String
    package let number: Int32

    init(_ call: String, _ number: Int32 = errno) {
        self.call = call
        self.number = number
    }

    package var description: String { "\(call): \(String(cString: strerror(number)))" }
}
