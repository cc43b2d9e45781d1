package import HTTPKit
package import Nhss

/// Where a service lets itself be told to send notices.
package struct CallbackPolicy: Sendable {
    /// Why a `deregCallbackUri` of this peer may not be called; nil where it may.
    let refusal: @Sendable (String, Peer) -> String?
    /// Told of each address that counts as none, and why.
    let onIgnored: @Sendable (String, CallContext) -> Void

    package init(
        refusal: @escaping @Sendable (String, Peer) -> String?, onIgnored: @escaping @Sendable (String, CallContext) -> Void
    ) {
        self.refusal = refusal
        self.onIgnored = onIgnored
    }

    /// Of a service that tells nobody anything.
    package static let none = CallbackPolicy(refusal: { _, _ in "this service sends no notices" }, onIgnored: { _, _ in })
}
