/// What a subscriber's home and card share, by the algorithm that it is for.
///
/// A further algorithm is a further case. No switch over this has a `default`, so that the compiler names each place that has to know of it.
package enum KeyMaterial: Sendable, Equatable {
    case milenage(MilenageKey)

    package var algorithm: AuthenticationAlgorithm {
        switch self {
        case .milenage: .milenage
        }
    }
}
