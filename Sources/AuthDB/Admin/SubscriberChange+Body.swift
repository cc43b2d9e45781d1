internal import AKA
internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import SBI
internal import ServiceKit
internal import Vectors

extension SubscriberChange {
    /// Reads what a subscriber is to be. `op` becomes OPc here and is not kept.
    ///
    /// - Parameter current: the subscriber that is there. Where the request does not name `enabled` and `amf`, they stay as they are.
    /// - Throws: 400 with everything that is wrong; no reason repeats a value.
    init(_ impi: IMPI, _ body: inout AdminBody, replacing current: Subscriber?, _ centre: AuthenticationCentre) throws(Problem) {
        body.pathMember("impi") { (try? IMPI($0)) == impi }
        let identities = SubscriberChange.identities(&body)
        let algorithm = SubscriberChange.algorithm(&body)
        let amf = body.optionalParsed("amf", otherwise: "is not 4 hexadecimal digits") { try? AMF(hex: $0) } ?? current?.amf ?? Subscriber.usualAMF
        let enabled = body.enabled(replacing: current?.enabled)
        let keys = try SubscriberChange.keys(&body, algorithm, centre)
        let sqn = SubscriberChange.sequenceNumber(&body)
        body.readOnly("keyCheckValue")
        body.readOnly("currentSqn")
        body.stamp()
        try body.finish()
        self.init(
            impi: impi, impus: identities.map(\.impu), algorithm: algorithm, amf: amf, enabled: enabled, keys: keys, sqn: sqn,
            barred: Dictionary(identities.compactMap { identity in identity.barred.map { (identity.impu, $0) } }) { $1 })
    }

    /// `sqn`, and in a PATCH `resetSqn` and `cardReplaced`. A USIM near the end of its numbers accepts nothing lower (TS 33.102 Annex C.2), so to go
    /// back helps only where another card is in use.
    private static func sequenceNumber(_ body: inout AdminBody) -> SequenceNumber {
        let sqn = body.optionalParsed("sqn", otherwise: "is not 12 hexadecimal digits") { try? SQN(hex: $0) }
        guard body.isPatched else { return sqn.map { .forward($0) } ?? .kept }
        let isReset = body.bool("resetSqn", default: false)
        let isCardReplaced = body.bool("cardReplaced", default: false)
        if isCardReplaced, !isReset { body.note("cardReplaced", "means nothing without resetSqn") }
        guard isReset else { return sqn.map { .forward($0) } ?? .kept }
        if isCardReplaced { return .ofReplacedCard(sqn ?? .zero) }
        if body.member("k") == nil { body.note("resetSqn", "needs a new k, or cardReplaced") }
        return .startingAnew(sqn ?? .zero)
    }

    /// An identity is its text, or an object `{"impu":…,"barred":…}`.
    private static func identities(_ body: inout AdminBody) -> [(impu: IMPU, barred: Bool?)] {
        let identities = body.values("impus", orObjectsWith: "impu", IMPU.self, countMax: AuthDBLimits.publicIdentitiesMax) { body in
            body.member("barred") == nil ? nil : body.bool("barred")
        }
        let impus = identities.map(\.value)
        if Set(impus).count < impus.count { body.note("impus", "names an identity twice") }
        return identities.map { ($0.value, $0.more ?? nil) }
    }

    private static func algorithm(_ body: inout AdminBody) -> AuthenticationAlgorithm {
        let usual = AuthenticationAlgorithm.milenage
        let name = body.string("algorithm", among: AuthenticationAlgorithm.allCases.map(\.rawValue), default: usual.rawValue)
        return AuthenticationAlgorithm(rawValue: name) ?? usual
    }

    private static func keys(_ body: inout AdminBody, _ algorithm: AuthenticationAlgorithm, _ centre: AuthenticationCentre) throws(Problem) -> Keys? {
        do {
            let material: KeyMaterial? =
                switch algorithm {
                case .milenage: try milenageKey(&body, centre).map { .milenage($0) }
                }
            return try material.map { (material) throws(AKAError) in
                Keys(material: material, keyCheckValue: try centre.keyCheckValue(of: material))
            }
        } catch { throw Problem(.internalServerError, detail: "the keys could not be taken", cause: "SYSTEM_FAILURE") }
    }

    /// Keys come whole or not at all: K, and OPc or what OPc is computed from.
    private static func milenageKey(_ body: inout AdminBody, _ centre: AuthenticationCentre) throws(AKAError) -> MilenageKey? {
        let reason = "is not 32 hexadecimal digits"
        let k = body.optionalParsed("k", otherwise: reason) { try? K(hex: $0) }
        let opc = body.optionalParsed("opc", otherwise: reason) { try? OPc(hex: $0) }
        let op = body.optionalParsed("op", otherwise: reason) { try? OP(hex: $0) }
        let (hasK, hasOPc, hasOP) = (body.member("k") != nil, body.member("opc") != nil, body.member("op") != nil)
        if hasOPc, hasOP { body.note("op", "cannot be given with opc") }
        if hasK, !hasOPc, !hasOP { body.note("opc", "is missing: k needs opc or op") }
        if !hasK, hasOPc || hasOP { body.note("k", "is missing: opc and op need k") }
        guard let k else { return nil }
        if let opc { return MilenageKey(k: k, opc: opc) }
        if let op { return MilenageKey(k: k, opc: try centre.opc(k: k, op: op)) }
        return nil
    }
}
