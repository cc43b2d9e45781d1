internal import Nhss

/// What becomes of one public identity.
enum RegistrationChange: Sendable {
    /// It is registered like this, whatever it was before.
    case set(Registration)
    case remove(IMPU)

    var impu: IMPU {
        switch self {
        case .set(let registration): registration.impu
        case .remove(let impu): impu
        }
    }

    /// The contacts that are registered afterwards.
    var contacts: [RegisteredContact] {
        switch self {
        case .set(let registration): registration.contacts
        case .remove: []
        }
    }
}
