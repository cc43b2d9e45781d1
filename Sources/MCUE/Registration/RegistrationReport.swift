/// The outcome of one registration.
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
        /// The server broke the protocol.
        case serverFault
        /// The fault is on this side: a file or OpenSSL.
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
    /// The status of the last final response; nil where none came.
    var status: Int?
    /// Why it did not end well, for people.
    var reason: String?
    let impi: String
    let impu: String
    let trace: String
    var challengeCount = 0
    var resynchronisationCount = 0
    /// The contact as the registrar holds it.
    var contact: String?
    var expiresSeconds: UInt32?
    var associatedURIs: [String] = []
    var serviceRoutes: [String] = []
    /// Oddities of the server that did not keep the registration from going on.
    var warnings: [String] = []
    var duration: Duration = .zero

    /// Whether nothing ever came back, so that another address of the server may be tried.
    var isUnheard: Bool { end == .noAnswer && status == nil }
}
