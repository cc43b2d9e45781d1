/// Why a contact is not registered any more, in the words of RFC 3680 §4.7.1 and §5.1.
///
/// Two words of the RFC are missing. `probation` asks the UE to come again after a time that nobody here would know. `shortened` is for a registrar
/// that shortens a registration so that the UE authenticates anew, which this registrar never does; a UE that asks for less time itself must not be
/// told so, because it would authenticate again.
enum ContactEnd: String, Sendable {
    /// Its time is over.
    case expired
    /// The user has ended it, or has registered another contact in its place. A UE that lost its place this way must not be invited to come again:
    /// two UEs would take the place from each other for ever.
    case unregistered
    /// The network has ended it, and the UE may register again at once.
    case deactivated
    /// The network has ended it for good: the user is shut out.
    case rejected
}
