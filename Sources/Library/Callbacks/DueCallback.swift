package import Nhss

/// A callback whose user is shut out, and how often the notice has failed.
package struct DueCallback: Sendable {
    package let callback: Callback
    package let reason: DeregistrationReason
    package let attempts: Int

    package init(_ callback: Callback, _ reason: DeregistrationReason, attempts: Int) {
        self.callback = callback
        self.reason = reason
        self.attempts = attempts
    }
}
