internal import AKA
internal import Nhss

/// Whether a question may be answered: the checks of TS 29.228 §6.3.1, in its order; the first that fails is the answer.
struct AdmissionRules: Sendable {
    let request: AuthenticationInformationRequest
    let centre: AuthenticationCentre

    func admit(_ standing: Standing) throws(AuthFailure) -> Admission {
        let credentials = try knownUser(standing)
        try checkAssociation(standing)
        try checkScheme(credentials.key)
        return Admission(credentials: credentials, resynchronisation: try resynchronisation(standing, credentials))
    }

    /// A disabled subscriber is, to everyone who asks, not there at all, whatever else the question gets wrong.
    private func knownUser(_ standing: Standing) throws(AuthFailure) -> Credentials {
        guard let credentials = standing.credentials else { throw AuthFailure(.userNotFound, "nobody has this private identity") }
        guard credentials.enabled else { throw AuthFailure(.userNotFound, "the subscriber is disabled") }
        guard request.impu == nil || standing.impuOwner != nil else { throw AuthFailure(.userNotFound, "nobody has this public identity") }
        return credentials
    }

    private func checkAssociation(_ standing: Standing) throws(AuthFailure) {
        guard request.impu == nil || standing.impuOwner == request.impi else {
            throw AuthFailure(.identitiesDontMatch, "the public identity is another subscriber's")
        }
    }

    /// A subscriber with AKA must be asked for by that name: "UNKNOWN" is for the others.
    private func checkScheme(_ key: KeyMaterial) throws(AuthFailure) {
        switch key {
        case .milenage:
            guard request.scheme == .digestAKAv1MD5 else { throw AuthFailure(.schemeNotSupported, "the subscriber has only AKA") }
        }
    }

    /// MAC-S before all else: whoever does not hold K learns nothing and changes nothing (TS 33.102 §6.3.5).
    ///
    /// An S-CSCF may resynchronise the user whom it asked for; where none has asked yet, there is nothing to differ from.
    private func resynchronisation(_ standing: Standing, _ credentials: Credentials) throws(AuthFailure) -> SequenceNumberPolicy.Decision? {
        guard let asked = request.resynchronisation else { return nil }
        let msSQN: SQN
        do {
            msSQN = try centre.verify(asked.auts, asked.rand, credentials)
        } catch {
            guard error.code == .authenticationFailed else { throw AuthFailure(.internalFailure, "the AUTS cannot be checked: \(error)") }
            throw AuthFailure(.authenticationRejected, "the MAC-S of the AUTS does not match")
        }
        guard standing.servingCSCF == nil || standing.servingCSCF == request.cscfServerName else {
            throw AuthFailure(.authenticationRejected, "another S-CSCF than the one that was given vectors last wants to resynchronise")
        }
        return SequenceNumberPolicy.resynchronised(homeSEQ: credentials.sqn.seq, msSQN: msSQN)
    }
}
