/// Decides who sent a request, from what the connection proves and from the header fields.
///
/// It may wait, for instance until a key set is fetched, and it may refuse with a problem of its own: 401 where the caller proves no identity, 403
/// where the proven caller may not send the request. It is called once for each request, before the request has any effect.
package protocol CallerIdentification<Caller>: Sendable {
    associatedtype Caller: Sendable

    /// - Throws: 401 or 403.
    func caller(of request: Request) async throws(Problem) -> Caller
}
