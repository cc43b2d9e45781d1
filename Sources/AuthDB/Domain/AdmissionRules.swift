internal import AKA
internal import Nhss

/// Decides whether a question may be answered, by the checks of TS 29.228 §6.3.1 in its order. The first check that fails is the answer.
struct AdmissionRules: Sendable {
    let request: AuthenticationInformationRequest
    let centre: AuthenticationCentre

    func admit(_ standing: Standing) throws(AuthFailure) -> Admission {
        let credentials = try knownUser(standing)
        try checkAssociation(standing)
        try checkScheme(credentials.key)
        return Admission(credentials: credentials, resynchronisation: try resynchronisation(standing, credentials))
    }

    /// To every caller a disabled subscriber does not exist, whatever else is wrong with the question.
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

    /// Checks MAC-S first: a UE that does not hold K learns nothing and changes nothing (TS 33.102 §6.3.5).
    ///
    /// Only the S-CSCF that asked for the user last may resynchronise the user; before any has asked, every one may.
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
