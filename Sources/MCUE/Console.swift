internal import Glibc

/// The output of the program: results on standard output, complaints and progress on standard error.
struct Console: Sendable {
    /// Writes a result, a line without its line end.
    let tell: @Sendable (String) -> Void
    let complain: @Sendable (String) -> Void
    /// Writes a line that the next one replaces; nil where standard error is no terminal.
    let showProgress: (@Sendable (String) -> Void)?

    init(
        tell: @escaping @Sendable (String) -> Void, complain: @escaping @Sendable (String) -> Void, showProgress: (@Sendable (String) -> Void)? = nil
    ) {
        self.tell = tell
        self.complain = complain
        self.showProgress = showProgress
    }

    /// The standard output and standard error of the process.
    init() {
        let clearLine = "\u{1b}[K"
        let watched: @Sendable (String) -> Void = { text in Console.write("\r" + text + clearLine, to: STDERR_FILENO) }
        self.init(
            tell: { text in Console.write(text + "\n", to: STDOUT_FILENO) },
            complain: { text in Console.write(text + "\n", to: STDERR_FILENO) },
            showProgress: isatty(STDERR_FILENO) == 1 ? watched : nil)
    }

    /// The same without the lines on standard output.
    var silenced: Console { Console(tell: { _ in }, complain: complain, showProgress: showProgress) }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            // Safety: the kernel reads at most the slice's count.
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
