package import Vectors

/// What a user can be authenticated with, by the kind of authentication. A request counts it in `numberOfItems`.
///
/// A further kind, such as the `digestAuth` of TS 29.562 §6.3.6.2.3, is a further case. No switch over this has a `default`, so that the
/// compiler names each place that has to know of it.
package enum AuthenticationItems: Sendable, Equatable {
    /// One or more, oldest SQN first.
    case aka([AuthenticationVector])

    package var count: Int {
        switch self {
        case .aka(let vectors): vectors.count
        }
    }
}
