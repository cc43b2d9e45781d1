/// Why the registrations of a user end, as far as it matters to the UE: the reason codes of TS 29.562 (Nhss_imsUECM) and TS 29.229 §6.3.17.
package enum DeregistrationReason: String, Sendable, CaseIterable {
    /// The user is not let in any more.
    case permanentTermination = "PERMANENT_TERMINATION"
    /// What the user may be registered with has changed: the UE should register anew (TS 29.228 §6.1.3). In spite of its name this is the only
    /// code with that meaning that keeps the server.
    case serverChange = "SERVER_CHANGE"

    /// - Parameter code: one of the standard's, or another one: the standard's list may grow.
    package init(code: String) {
        self = code == "NEW_SERVER_ASSIGNED" ? .serverChange : DeregistrationReason(rawValue: code) ?? .permanentTermination
    }
}
