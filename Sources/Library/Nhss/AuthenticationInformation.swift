package import Vectors

/// "Get SIP authentication information" (TS 23.280 §10.1.6.2 steps 2, 4 and 5; TS 29.562 §6.3.6.2.2).
///
/// An object, because every hop hands it on whole.
package final class AuthenticationInformationRequest: Sendable {
    /// The challenge whose SQN the UE refused, and the token that the UE answered with.
    package struct Resynchronisation: Sendable, Equatable {
        package let rand: RAND
        package let auts: AUTS

        package init(rand: RAND, auts: AUTS) {
            self.rand = rand
            self.auts = auts
        }
    }

    package let impi: IMPI
    /// The standard's request has no public identity; the requests of TS 23.280 and of Cx have one.
    package let impu: IMPU?
    /// SIP URI of the S-CSCF that asks, at most 255 bytes.
    package let cscfServerName: String
    package let scheme: SIPAuthenticationScheme
    /// How many vectors are wanted, 1 or more; the issuer may give fewer.
    package let numberOfItems: Int
    package let resynchronisation: Resynchronisation?
    /// The system that the user is visiting. The primary system names it to its own database, which believes nobody else.
    package let visitedSystem: SystemID?
    /// Where to say that the user is shut out, a member of TS 29.562's S-CSCF registration; nil where nobody wants to know. Each hop puts its own in
    /// its place.
    package let deregCallbackUri: String?

    package init(
        impi: IMPI, impu: IMPU? = nil, cscfServerName: String, scheme: SIPAuthenticationScheme = .digestAKAv1MD5, numberOfItems: Int = 1,
        resynchronisation: Resynchronisation? = nil, visitedSystem: SystemID? = nil, deregCallbackUri: String? = nil
    ) {
        self.impi = impi
        self.impu = impu
        self.cscfServerName = cscfServerName
        self.scheme = scheme
        self.numberOfItems = numberOfItems
        self.resynchronisation = resynchronisation
        self.visitedSystem = visitedSystem
        self.deregCallbackUri = deregCallbackUri
    }

    /// The same question about the user under other identities, for the next hop.
    package func renamed(
        _ impi: IMPI, _ impu: IMPU?, visiting visitedSystem: SystemID?, calling deregCallbackUri: String? = nil
    ) -> AuthenticationInformationRequest {
        AuthenticationInformationRequest(
            impi: impi, impu: impu, cscfServerName: cscfServerName, scheme: scheme, numberOfItems: numberOfItems,
            resynchronisation: resynchronisation, visitedSystem: visitedSystem, deregCallbackUri: deregCallbackUri)
    }

    /// The same question for another number of vectors.
    package func asking(for numberOfItems: Int) -> AuthenticationInformationRequest {
        AuthenticationInformationRequest(
            impi: impi, impu: impu, cscfServerName: cscfServerName, scheme: scheme, numberOfItems: numberOfItems,
            resynchronisation: resynchronisation, visitedSystem: visitedSystem, deregCallbackUri: deregCallbackUri)
    }

    /// The same question of a hop that is to be told, or of one that is not.
    package func calling(_ deregCallbackUri: String?) -> AuthenticationInformationRequest {
        renamed(impi, impu, visiting: visitedSystem, calling: deregCallbackUri)
    }
}

extension AuthenticationInformationRequest: Equatable {
    package static func == (left: AuthenticationInformationRequest, right: AuthenticationInformationRequest) -> Bool {
        left.impi == right.impi && left.impu == right.impu && left.cscfServerName == right.cscfServerName && left.scheme == right.scheme
            && left.numberOfItems == right.numberOfItems && left.resynchronisation == right.resynchronisation
            && left.visitedSystem == right.visitedSystem && left.deregCallbackUri == right.deregCallbackUri
    }
}

/// The answer (TS 23.280 §10.1.6.2 steps 6, 7 and 9; TS 29.562 §6.3.6.2.3).
package struct AuthenticationInformation: Sendable, Equatable {
    package var impi: IMPI
    /// The public identity, where the request had one and the server gives it back.
    package var impu: IMPU?
    /// The public identities that are registered together with the one asked for, which is among them. The first is the default one. Empty where the
    /// server does not say.
    package var associatedIdentities: [AssociatedIdentity]
    package var items: AuthenticationItems

    package init(impi: IMPI, impu: IMPU? = nil, associatedIdentities: [AssociatedIdentity] = [], items: AuthenticationItems) {
        self.impi = impi
        self.impu = impu
        self.associatedIdentities = associatedIdentities
        self.items = items
    }
}

extension AuthenticationInformation {
    /// Whether this names the user who was asked for. Whoever asks checks this before it uses anything of an answer.
    ///
    /// A server that knows the standard's request alone gives no public identity back, which is no contradiction. Whoever relies on the public
    /// identity has to look whether it is there.
    /// The same holds for the set of the public identity: one without it is another user's.
    package func isAbout(_ request: AuthenticationInformationRequest) -> Bool {
        guard impi == request.impi, impu == nil || impu == request.impu else { return false }
        guard !associatedIdentities.isEmpty else { return true }
        return associatedIdentities.contains { $0.impu == request.impu }
    }
}
