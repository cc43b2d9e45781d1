internal import SIP

/// A contact as the UE is told of it: with the seconds that are left.
struct GrantedContact: Sendable {
    let contact: SIPContact
    /// Seconds left.
    let expires: Int
}
