/// The version of every program of this package.
package enum ProgramVersion {
    package static let number = "0.1.0"

    /// What `--version` prints: `authdb 0.1.0`.
    package static func line(_ program: String) -> String { "\(program) \(number)" }

    /// The version of the Swift compiler that built the program.
    package static var compiler: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }
}
