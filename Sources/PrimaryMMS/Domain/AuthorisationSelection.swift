internal import Nhss

/// Which authorisations a list is to show: those after a cursor, and of them those that have every member that is named here.
struct AuthorisationSelection: Sendable {
    var after = AuthorisationCursor.start
    var impi: IMPI?
    var systemID: SystemID?
    var enabled: Bool?
}
