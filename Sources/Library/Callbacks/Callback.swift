package import Nhss

/// Whom to tell once a user is shut out: the system that was given vectors of the user, at the address that it named in its question.
package struct Callback: Sendable, Hashable {
    /// The user as the system knows them that asked.
    package let impi: IMPI
    /// The name that the asker has proved.
    package let asker: SystemID
    /// The user as the next hop knows them, and the system of the next hop.
    package let nextImpi: IMPI
    package let nextSystem: SystemID
    /// Where the notice goes (`deregCallbackUri` of TS 29.562).
    package let uri: String

    package init(impi: IMPI, asker: SystemID, nextImpi: IMPI, nextSystem: SystemID, uri: String) {
        self.impi = impi
        self.asker = asker
        self.nextImpi = nextImpi
        self.nextSystem = nextSystem
        self.uri = uri
    }
}
