/// The version of everything in this package.
package enum ServiceVersion {
    package static let number = "0.1.0"

    /// What `--version` prints: `authdb 0.1.0`.
    package static func line(_ name: String) -> String { "\(name) \(number)" }

    static var compiler: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }
}
