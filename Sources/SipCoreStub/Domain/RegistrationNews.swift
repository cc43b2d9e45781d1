internal import Nhss

/// What has changed about a user who is watched.
struct RegistrationNews: Sendable {
    /// The public identity that is watched, and others with it.
    let impu: IMPU
    /// Everything as it is now.
    let view: RegistrationView
    /// The contacts that the change has ended, of identities that may be published.
    let ended: [EndedContact]
}
