internal import Glibc

/// The standard streams of the process, as far as a person sees them.
enum Terminal {
    /// Writes a line that is no result to standard error.
    static func complain(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        // Safety: the kernel reads at most the array's count. A reader that takes only a part of a line gets no more of it.
        _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
    }

    /// The colours for standard output.
    static var palette: Palette {
        Palette(isTerminal: isatty(STDOUT_FILENO) == 1) { name in
            // Safety: the variable is copied at once, and nothing in this program changes the environment.
            unsafe getenv(name).map { unsafe String(cString: $0) }
        }
    }
}
