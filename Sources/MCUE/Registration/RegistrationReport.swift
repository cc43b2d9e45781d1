/// How one registration went.
struct RegistrationReport: Sendable, Equatable {
    enum End: Sendable, Equatable {
        case registered
        case deregistered
        /// A final 4xx or 6xx.
        case refused
        /// A final 3xx or 5xx.
        case failed
        case networkNotAuthenticated
        case notSynchronised
        case noAnswer
        /// The server did what it may not.
        case serverFault
        /// Cryptography or files of our own.
        case broken

        var isGood: Bool { self == .registered || self == .deregistered }

        var exitCode: UEExitCode {
            switch self {
            case .registered, .deregistered: .done
            case .refused: .refused
            case .failed, .serverFault, .broken: .failed
            case .networkNotAuthenticated: .networkNotAuthenticated
            case .notSynchronised: .notSynchronised
            case .noAnswer: .noAnswer
            }
        }
    }

    var end: End
    /// Of the last final response; nil where none came.
    var status: Int?
    /// For people, where it did not end well.
    var reason: String?
    let impi: String
    let impu: String
    let trace: String
    var challengeCount = 0
    var resynchronisationCount = 0
    /// As the registrar holds it.
    var contact: String?
    var expiresSeconds: UInt32?
    var associatedURIs: [String] = []
    var serviceRoutes: [String] = []
    /// What the server did oddly although it ended well.
    var warnings: [String] = []
    var duration: Duration = .zero
}
