/// Decides who sent a request, from what the connection proves and from the header fields.
///
/// It may wait, for instance for a key set to be fetched, and it may refuse with a problem of its own: 401 where nobody is proven, 403 where somebody
/// is proven who may not ask. It is asked once for each request, before the request has any effect.
package protocol CallerIdentification<Caller>: Sendable {
    associatedtype Caller: Sendable

    /// - Throws: 401 or 403.
    func caller(of request: Request) async throws(Problem) -> Caller
}
