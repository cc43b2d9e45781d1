internal import AKA
internal import Nhss
internal import Store

/// The subscriber that a PUT or a PATCH asks for. Each member has been checked by itself.
struct SubscriberChange: Sendable {
    struct Keys: Sendable {
        let material: KeyMaterial
        let keyCheckValue: String
    }

    /// How a change treats the sequence number of the subscriber.
    enum SequenceNumber: Sendable, Equatable {
        /// It stays where it is; that of a new subscriber is zero.
        case kept
        /// Forward to this one. A smaller one would repeat numbers under one K.
        case forward(SQN)
        /// To this one, be it smaller: a USIM with another key has accepted nothing yet.
        case startingAnew(SQN)
        /// The same on the operator's word that the USIM was replaced or reset, although its key is the same.
        case ofReplacedCard(SQN)
    }

    let impi: IMPI
    let impus: [IMPU]
    let algorithm: AuthenticationAlgorithm
    let amf: AMF
    let enabled: Bool
    /// Nil keeps the keys there are.
    let keys: Keys?
    let sqn: SequenceNumber
    /// Whether an identity is to be barred; one that is not named here stays as it is, and a new one is not barred.
    var barred: [IMPU: Bool] = [:]

    /// Why a change that is right by itself does not fit the subscriber that is there.
    struct Refusal: Error, Sendable, Equatable {
        let param: String
        let reason: String
        /// Whether the request is in order and only contradicts the subscriber that is there.
        let isConflict: Bool

        init(_ param: String, _ reason: String, isConflict: Bool = false) {
            self.param = param
            self.reason = reason
            self.isConflict = isConflict
        }
    }

    /// The subscriber after the change.
    func subscriber(replacing current: Stored<Subscriber>?) throws(Refusal) -> Subscriber {
        guard let keyCheckValue = keys?.keyCheckValue ?? current?.record.keyCheckValue,
            let algorithm = keys?.material.algorithm ?? current?.record.algorithm
        else {
            throw Refusal("/k", "is missing: a new subscriber needs k and opc, or k and op")
        }
        return Subscriber(
            impi: impi, impus: impus, algorithm: algorithm, amf: amf, enabled: enabled, keyCheckValue: keyCheckValue,
            sqn: try sequenceNumber(replacing: current?.record),
            barredImpus: Set(impus.filter { barred[$0] ?? current?.record.barredImpus.contains($0) ?? false }))
    }

    private func sequenceNumber(replacing current: Subscriber?) throws(Refusal) -> SQN {
        switch sqn {
        case .kept: return current?.sqn ?? .zero
        case .forward(let sqn):
            guard current.map({ $0.sqn.value <= sqn.value }) ?? true else {
                throw Refusal("/sqn", "is lower than the current sequence number", isConflict: true)
            }
            return sqn
        case .startingAnew(let sqn):
            guard keys?.keyCheckValue != current?.keyCheckValue else {
                throw Refusal("/k", "is the key that is there: resetSqn needs another one, or cardReplaced", isConflict: true)
            }
            return sqn
        case .ofReplacedCard(let sqn): return sqn
        }
    }
}
