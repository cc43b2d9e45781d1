/// Told of the requests that reach a router and of their answers, for a log. Both closures run on the event loop and must not block.
package struct RequestObserver: Sendable {
    let received: @Sendable (Request) -> Void
    let answered: @Sendable (_ request: Request, _ pattern: String, _ status: Status) -> Void

    package init(
        received: @escaping @Sendable (Request) -> Void,
        answered: @escaping @Sendable (_ request: Request, _ pattern: String, _ status: Status) -> Void
    ) {
        self.received = received
        self.answered = answered
    }
}
