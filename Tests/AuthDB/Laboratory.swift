import AKA
import Base
import Callbacks
import Chain
import Contracts
import Foundation
import HTTPKit
import Nhss
import NhssHTTP
import SBI
import SQLiteStore
import ServiceKit
import Store
import Support
import Testing
import Vectors

@testable import AuthDB

/// The keys of TS 35.208 set 1: also what no log and no answer may ever show.
enum Canary {
    static let k = "465b5ce8b199b49faa5f0a2ee238a6bc"
    static let op = "cdc202d5123e20f62b6d676ac72cb318"
    static let opc = "cd63cb71954a9f4e48a5994e37a02baf"

    static func key() throws -> MilenageKey { MilenageKey(k: try K(hex: k), opc: try OPc(hex: opc)) }
}

/// AuthDB without sockets: a store on disk, the issuer, and both routers.
final class Laboratory: Sendable {
    static let ownSystem = "primary.example"
    static let user = "user1@primary.example"

    let directory: TemporaryDirectory
    let database: Database
    let issuer: VectorIssuer
    let source: OwnSystemOnly
    let admin: Router
    let signalling: Router
    let events: Events

    /// What was reported meanwhile.
    final class Events: Sendable {
        let seen = Guarded<[VectorIssuer.Event]>([])
        let fatal = Guarded<[StoreFailure]>([])
    }

    init(directory: TemporaryDirectory? = nil, policy: CommitPolicy = CommitPolicy()) throws {
        let directory = try directory ?? TemporaryDirectory()
        self.directory = directory
        let events = Events()
        database = try Database.open(directory.file("authdb.sqlite"), migrations: SQLiteSubscriberStore.migrations, policy: policy) { error in
            events.fatal.withLock { $0.append(error) }
        }
        let store = SQLiteSubscriberStore(database: database, now: Timestamp.now, known: KnownSubscribers())
        let centre = try AuthenticationCentre(random: SystemRandom())
        let own = try SystemID(Self.ownSystem)
        issuer = VectorIssuer(
            store: store, centre: centre, ownSystem: own, onEvent: { event in events.seen.withLock { $0.append(event) } },
            callbacks: CallbackLedger(InMemoryCallbackStore(), now: Timestamp.now))
        source = OwnSystemOnly(issuer, systemID: own)
        admin =
            AdminRoutes(store, centre, onEvent: { event in events.seen.withLock { $0.append(event) } }).router(asking: LocalAdministrator()).router
        var router = Router(describing: Problem.details)
        NhssRoutes(source, identifying: CallerDouble(own), random: SpanNumbers.next).add(to: &router)
        signalling = router
        self.events = events
    }

    // MARK: asking

    func context(peer: String? = ownSystem) throws -> CallContext {
        CallContext(deadline: .now + .seconds(10), traceParent: TraceParent(random: SpanNumbers.next), peer: try peer.map { try SystemID($0) })
    }

    func ask(_ request: AuthenticationInformationRequest, peer: String? = ownSystem) async throws -> [AuthenticationVector] {
        try await source.authenticationInformation(request, in: try context(peer: peer)).akaVectors
    }

    func ask(
        _ impi: String = user, impu: String? = nil, number: Int = 1, visited: String? = nil, scheme: SIPAuthenticationScheme = .digestAKAv1MD5,
        server: String = "sip:scscf.example", resynchronisation: AuthenticationInformationRequest.Resynchronisation? = nil, peer: String? = ownSystem
    ) async throws -> [AuthenticationVector] {
        let request = AuthenticationInformationRequest(
            impi: try IMPI(impi), impu: try impu.map { try IMPU($0) }, cscfServerName: server, scheme: scheme, numberOfItems: number,
            resynchronisation: resynchronisation, visitedSystem: try visited.map { try SystemID($0) })
        return try await ask(request, peer: peer)
    }

    /// What the failure is, or nil where there are vectors.
    func failure(of question: () async throws -> [AuthenticationVector]) async throws -> AuthFailure.Code? {
        do {
            _ = try await question()
            return nil
        } catch let failure as AuthFailure { return failure.code }
    }

    // MARK: administration

    func admin(_ method: HTTPKit.Method, _ path: String = "/\(user)", _ body: String? = nil, query: String? = nil, fields: Fields = [:]) async
        -> Response
    {
        var fields = fields
        if body != nil { fields.append("Content-Type", "application/json") }
        return await admin.answer(
            Request(
                method: method, path: Array((SubscriberResource.path + path).utf8), query: query.map { Array($0.utf8) }, fields: fields,
                body: Array((body ?? "").utf8)))
    }

    @discardableResult func patch(_ body: String, _ path: String = "/\(user)") async -> Response {
        await admin.answer(
            Request(
                method: .patch, path: Array((SubscriberResource.path + path).utf8), fields: ["Content-Type": "application/merge-patch+json"],
                body: Array(body.utf8)))
    }

    /// Makes a subscriber with the keys of set 1.
    func provision(_ impi: String = user, impus: [String]? = nil, sqn: String? = nil, more: String = "") async {
        let impus = (impus ?? ["sip:\(impi)"]).map { "\"\($0)\"" }.joined(separator: ",")
        let sqn = sqn.map { ",\"sqn\":\"\($0)\"" } ?? ""
        let response = await admin(.put, "/\(impi)", "{\"impus\":[\(impus)],\"k\":\"\(Canary.k)\",\"opc\":\"\(Canary.opc)\"\(sqn)\(more)}")
        #expect(response.status == .created, "\(response.text)")
    }

    func currentSQN(_ impi: String = user) async throws -> SQN {
        try SQN(hex: await admin(.get, "/\(impi)").member("currentSqn"))
    }
}

extension Response {
    var text: String { String(decoding: body, as: UTF8.self) }

    func member(_ name: String) -> String { (try? JSONValue(body))?.object?[name]?.string ?? "" }

    /// The names in `invalidParams`.
    var invalidParams: [String] {
        (try? JSONValue(body))?.object?["invalidParams"]?.array?.compactMap { $0.object?["param"]?.string } ?? []
    }
}

extension AuthenticationVector {
    /// The SQN that AK hides in AUTN.
    func sqn(_ key: MilenageKey) throws -> SQN {
        var milenage = try Milenage()
        let ak = try milenage.answer(key: key, rand: rand).ak
        return try SQN(autn.octets.prefix(6).reduce(0) { $0 << 8 | UInt64($1) } ^ ak)
    }
}
