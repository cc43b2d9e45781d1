/// "Get SIP authentication information" (TS 23.280 §10.1.6.2 steps 2, 4 and 5; TS 29.562 §6.3.6.2.2).
package struct AuthenticationInformationRequest: Sendable, Equatable {
    /// The UE's SQN was out of range: what it said, and the challenge it said it to.
    package struct Resynchronisation: Sendable, Equatable {
        package let rand: RAND
        package let auts: AUTS

        package init(rand: RAND, auts: AUTS) {
            self.rand = rand
            self.auts = auts
        }
    }

    package var impi: IMPI
    /// The standard request has none, TS 23.280 and Cx do.
    package var impu: IMPU?
    /// SIP URI of the S-CSCF that asks, at most 255 bytes.
    package var cscfServerName: String
    package var scheme: SIPAuthenticationScheme
    /// Vectors wanted, 1 or more; the issuer may give fewer.
    package var numberOfItems: Int
    package var resynchronisation: Resynchronisation?
    /// The system the user is visiting, named by the primary system towards its own database, which takes it from no one else.
    package var visitedSystem: SystemID?

    package init(
        impi: IMPI, impu: IMPU? = nil, cscfServerName: String, scheme: SIPAuthenticationScheme = .digestAKAv1MD5, numberOfItems: Int = 1,
        resynchronisation: Resynchronisation? = nil, visitedSystem: SystemID? = nil
    ) {
        self.impi = impi
        self.impu = impu
        self.cscfServerName = cscfServerName
        self.scheme = scheme
        self.numberOfItems = numberOfItems
        self.resynchronisation = resynchronisation
        self.visitedSystem = visitedSystem
    }
}

/// The answer (TS 23.280 §10.1.6.2 steps 6, 7 and 9; TS 29.562 §6.3.6.2.3).
package struct AuthenticationInformation: Sendable, Equatable {
    package var impi: IMPI
    /// There when the request had one.
    package var impu: IMPU?
    /// One or more, oldest SQN first.
    package var vectors: [AuthenticationVector]

    package init(impi: IMPI, impu: IMPU? = nil, vectors: [AuthenticationVector]) {
        self.impi = impi
        self.impu = impu
        self.vectors = vectors
    }
}

extension AuthenticationInformation {
    /// Whether this names the user who was asked for. A server that knows the standard's request alone gives no public identity back.
    package func isAbout(_ request: AuthenticationInformationRequest) -> Bool {
        impi == request.impi && (impu == nil || impu == request.impu)
    }
}
