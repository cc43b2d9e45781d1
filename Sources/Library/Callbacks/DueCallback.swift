/// A callback whose user is shut out, and how often the notice has failed.
package struct DueCallback: Sendable {
    package let callback: Callback
    package let attempts: Int

    package init(_ callback: Callback, attempts: Int) {
        self.callback = callback
        self.attempts = attempts
    }
}
