import Base
package import Nhss
package import Vectors

/// A home database in memory: random vectors for the users it knows, and a record of what it was asked.
package final class HomeDouble: AuthenticationInformationSource {
    private let users: [IMPI: IMPU]
    private let asked = Guarded<[AuthenticationInformationRequest]>([])
    private let contexts = Guarded<[CallContext]>([])
    private let change: @Sendable (AuthenticationInformation) throws(AuthFailure) -> AuthenticationInformation

    /// - Parameter change: what becomes of an answer on its way; a database that errs is made of this.
    package init(
        _ users: [IMPI: IMPU],
        changing change: @escaping @Sendable (AuthenticationInformation) throws(AuthFailure) -> AuthenticationInformation = { $0 }
    ) {
        self.users = users
        self.change = change
    }

    package var questions: [AuthenticationInformationRequest] { asked.withLock { $0 } }
    package var questionContexts: [CallContext] { contexts.withLock { $0 } }

    package func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        asked.withLock { $0.append(request) }
        contexts.withLock { $0.append(context) }
        guard let impu = users[request.impi] else { throw AuthFailure(.userNotFound, "not in this double") }
        guard request.impu == nil || request.impu == impu else { throw AuthFailure(.identitiesDontMatch, "another identity") }
        guard request.scheme == .digestAKAv1MD5 else { throw AuthFailure(.schemeNotSupported, "not AKA") }
        let vectors = (0..<min(request.numberOfItems, 5)).compactMap { _ in HomeDouble.vector() }
        return try change(AuthenticationInformation(impi: request.impi, impu: request.impu, items: .aka(vectors)))
    }

    package static func vector() -> AuthenticationVector? {
        func octets(_ count: Int) -> [UInt8] { (0..<count).map { _ in .random(in: 0...255) } }
        guard let rand = try? RAND(octets(16)), let xres = try? XRES(octets(8)), let autn = try? AUTN(octets(16)),
            let ck = try? CK(octets(16)), let ik = try? IK(octets(16))
        else { return nil }
        return AuthenticationVector(rand: rand, xres: xres, autn: autn, ck: ck, ik: ik)
    }
}

extension AuthenticationInformation {
    /// The vectors of an answer that is known to be about AKA.
    package var akaVectors: [AuthenticationVector] {
        switch items {
        case .aka(let vectors): vectors
        }
    }
}

extension CallContext {
    /// A call that has time, from `peer`.
    package static func test(from peer: SystemID? = nil) -> CallContext {
        CallContext(
            deadline: .now + .seconds(5), traceParent: TraceParent { .random(in: .min ... .max) }, correlationInfo: "impi-somebody", peer: peer)
    }
}
