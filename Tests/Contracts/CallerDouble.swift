package import HTTPKit
package import Nhss

/// Identifies callers as a test says: it may wait, and it may refuse.
package struct CallerDouble: CallerIdentification {
    private let identify: @Sendable (Request) async throws(Problem) -> SystemID?

    package init(_ identify: @escaping @Sendable (Request) async throws(Problem) -> SystemID?) { self.identify = identify }

    /// Everybody is this system, or nobody is proven.
    package init(_ system: SystemID?) { self.init { _ in system } }

    package func caller(of request: Request) async throws(Problem) -> SystemID? { try await identify(request) }
}
