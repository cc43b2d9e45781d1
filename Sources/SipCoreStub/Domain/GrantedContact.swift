internal import SIP

/// A contact as it is registered now.
struct GrantedContact: Sendable {
    let contact: SIPContact
    /// Seconds left.
    let expires: Int
}
