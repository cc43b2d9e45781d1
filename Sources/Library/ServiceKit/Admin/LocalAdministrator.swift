package import HTTPKit
package import Store

/// Takes everybody who reaches the admin listener for one and the same administrator: it listens on loopback or on a Unix socket alone.
package struct LocalAdministrator: CallerIdentification {
    package static let author = Author("local")

    package init() {}

    package func caller(of request: Request) async throws(Problem) -> Author { LocalAdministrator.author }
}
