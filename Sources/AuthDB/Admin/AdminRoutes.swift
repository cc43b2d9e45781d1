internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import Records
internal import SBI
internal import ServiceKit
internal import Store

/// `/admin/v1/subscribers`: what the operator provisions.
struct AdminRoutes {
    static let path = "/admin/v1/subscribers"

    private let store: any SubscriberStore
    private let centre: AuthenticationCentre

    init(_ store: any SubscriberStore, _ centre: AuthenticationCentre) {
        self.store = store
        self.centre = centre
    }

    var router: Router {
        var router = Router(describing: Problem.details)
        router.on(.get, AdminRoutes.path, handler: list)
        router.on(.get, AdminRoutes.path + "/{impi}", IMPI.self, handler: read)
        router.on(.put, AdminRoutes.path + "/{impi}", IMPI.self, handler: put)
        router.on(.delete, AdminRoutes.path + "/{impi}", IMPI.self, handler: delete)
        return router
    }

    private func list(_ request: Request) throws(Problem) -> Reply {
        let page = try Page(request)
        return RecordAnswers.later { () async throws(Problem) in
            let found = try await RecordAnswers.ask(try await store.subscribers(after: page.after ?? "", limit: page.fetchCount))
            return page.answer("subscribers", found.map { ($0.record.impi.text, AdminRoutes.json($0)) }, path: AdminRoutes.path)
        }
    }

    /// Always in full: `currentSqn` goes on with every vector, and the entity tag, which guards what an operator writes, does not.
    private func read(_ request: Request, _ impi: IMPI) -> Reply {
        RecordAnswers.later { () async throws(Problem) in
            guard let stored = try await RecordAnswers.ask(try await store.subscriber(impi)) else { throw RecordAnswers.notFound }
            return AdminAnswer.replaced(AdminRoutes.json(stored), stored.stamp.entityTag)
        }
    }

    private func put(_ request: Request, _ impi: IMPI) throws(Problem) -> Reply {
        let preconditions = try Preconditions(request)
        let change = try SubscriberChange(impi, request, centre)
        return RecordAnswers.later { () async throws(Problem) in
            let outcome = try await RecordAnswers.ask(try await store.put(change, if: preconditions.allows))
            return try RecordAnswers.put(outcome, at: AdminAnswer.path(AdminRoutes.path, impi.text), json: AdminRoutes.json)
        }
    }

    private func delete(_ request: Request, _ impi: IMPI) throws(Problem) -> Reply {
        let preconditions = try Preconditions(request)
        return RecordAnswers.later { () async throws(Problem) in
            try RecordAnswers.delete(try await RecordAnswers.ask(try await store.deleteSubscriber(impi, if: preconditions.allows)))
        }
    }

    private static func json(_ stored: Stored<Subscriber>) -> [UInt8] { stored.record.json(stored.stamp) }
}
