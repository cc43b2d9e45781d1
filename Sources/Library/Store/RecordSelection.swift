/// Which records a list is to show: those whose key is after a cursor, and of them perhaps only those that are enabled, or that are not.
package struct RecordSelection: Sendable, Equatable {
    /// "" is before every key.
    package let after: String
    /// Nil for both.
    package let enabled: Bool?

    package init(after: String = "", enabled: Bool? = nil) {
        self.after = after
        self.enabled = enabled
    }
}
