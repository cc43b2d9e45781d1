internal import SIP

/// One registration of one user, from the first REGISTER to its end: steps 1 and 10 to 12 of TS 23.280 figure 10.1.6.2-1 as the UE takes them.
///
/// It does no input or output: it takes responses and gives requests. `RegistrationDriver` brings them to the server and back.
///
/// Source: TS 24.229 §5.1.1.2, §5.1.1.5 and §5.1.1.6.
struct Registration: ~Copyable {
    enum Next {
        case send(SIPRequest)
        case finished
    }

    private var dialog: RegisterDialog
    private let identifiers: RandomIdentifiers
    private(set) var report: RegistrationReport
    /// Called at each step.
    private let onStep: (RegistrationStep) -> Void
    private var request: SIPRequest
    private var verdict: Card.Verdict?
    private var invalidChallengeCount = 0
    private var requestCount = 1
    private var hasRaisedInterval = false

    init(_ dialog: RegisterDialog, trace: String, identifiers: RandomIdentifiers, onStep: @escaping (RegistrationStep) -> Void) {
        self.dialog = dialog
        self.identifiers = identifiers
        self.onStep = onStep
        let subscriber = dialog.subscriber
        report = RegistrationReport(end: .noAnswer, impi: subscriber.impi.text, impu: subscriber.impu.description, trace: trace)
        request = self.dialog.request(dialog.bareCredentials)
    }

    var firstRequest: SIPRequest { request }

    /// Takes the final response to the request sent last.
    mutating func take(_ response: SIPResponse, card: inout Card) -> Next {
        report.status = response.status
        do throws(UEError) {
            try ResponseCheck.belongs(response, to: request)
            switch response.status {
            case 401: return try answer(response, &card)
            case 200..<300: return try finishWell(response)
            case 423 where !hasRaisedInterval: return try raiseInterval(response)
            default: return finish(refusal(response.status), "the server says \(response.status) \(response.reason.text)")
            }
        } catch { return fail(error) }
    }

    /// Ends the registration where no response can come any more.
    mutating func fail(_ error: UEError) -> Next {
        switch error.code {
        case .noAnswer: finish(.noAnswer, error.reason)
        case .serverFault: finish(.serverFault, error.reason)
        case .engineFailed, .unusable: finish(.broken, error.reason)
        }
    }

    private mutating func answer(_ response: SIPResponse, _ card: inout Card) throws(UEError) -> Next {
        let challenge = try ResponseCheck.challenge(in: response, realm: dialog.subscriber.realm)
        // The card has answered the challenge before: a new challenge that is not stale means that the answer was not accepted.
        if verdict == .authentic, !challenge.stale { return finish(.refused, "the server did not accept the response to its challenge") }
        report.challengeCount += 1
        warn(about: challenge)
        let qop = challenge.qop.isEmpty ? nil : challenge.qop.joined(separator: [0x2c]).map { $0 }.text
        onStep(.challenged(realm: challenge.realm.text, algorithm: challenge.algorithm?.text ?? "", qop: qop))
        let answer = try card.answer(
            challenge, impi: dialog.subscriber.impi, method: SIPMethod.register.bytes, uri: dialog.subscriber.requestURI.text,
            cnonce: identifiers.short())
        verdict = answer.verdict
        switch answer.verdict {
        case .authentic: invalidChallengeCount = 0
        case .notSynchronised:
            guard mayAnswerInvalidChallenge() else { return finish(.notSynchronised, "the challenge after AUTS is not fresh either") }
            report.resynchronisationCount += 1
            onStep(.resynchronising)
        case .networkNotAuthentic:
            guard mayAnswerInvalidChallenge() else { return finish(.networkNotAuthenticated, Self.notAuthentic) }
            onStep(.networkNotAuthentic)
        }
        return send(answer.credentials)
    }

    private mutating func mayAnswerInvalidChallenge() -> Bool {
        invalidChallengeCount += 1
        return invalidChallengeCount <= Limits.invalidChallengesMax
    }

    private mutating func send(_ credentials: DigestCredentials) -> Next {
        requestCount += 1
        guard requestCount <= Limits.requestsMax else { return finish(.serverFault, "the server challenges again and again") }
        request = dialog.request(credentials)
        return .send(request)
    }

    /// Raises the registration time, but once only: a registrar could name a longer one each time, without end (RFC 3261 §10.2.8).
    private mutating func raiseInterval(_ response: SIPResponse) throws(UEError) -> Next {
        hasRaisedInterval = true
        guard let minimum = try? response.headers.minExpires(), minimum > dialog.expiresSeconds else {
            throw UEError(.serverFault, "the 423 has no Min-Expires above what was asked")
        }
        dialog.expiresSeconds = minimum
        verdict = nil
        onStep(.intervalTooBrief(minimumSeconds: minimum))
        return send(dialog.bareCredentials)
    }

    private mutating func finishWell(_ response: SIPResponse) throws(UEError) -> Next {
        // Who leaves loses nothing to a network that did not prove itself. A core whose user the home has shut out can ask for no proof.
        if verdict == nil, dialog.subscriber.isLeaving {
            report.warnings.append("the registration was ended without a challenge: the network is not authenticated")
        } else if verdict != .authentic {
            throw UEError(.serverFault, "the server says \(response.status) although nothing was proved: the network is not authenticated")
        }
        do throws(SIPParseError) {
            report.associatedURIs = try response.headers.addresses(.pAssociatedURI).map(\.uri.description)
            report.serviceRoutes = try response.headers.addresses(.serviceRoute).map(\.uri.description)
            try readContacts(response)
        } catch { throw UEError(.serverFault, "the \(response.status) is malformed: \(error)") }
        return finish(dialog.subscriber.isLeaving ? .deregistered : .registered, nil)
    }

    private mutating func readContacts(_ response: SIPResponse) throws(SIPParseError) {
        let asked = try response.headers.expires()
        guard case .list(let contacts) = try response.headers.contacts() else { return }
        let own = contacts.first { $0.uri.isEquivalent(to: dialog.contact) }
        if dialog.subscriber.isLeaving {
            if own != nil { report.warnings.append("the contact is still registered") }
            return
        }
        report.contact = (own?.uri ?? dialog.contact).description
        report.expiresSeconds = own?.expires ?? asked
        if own == nil { report.warnings.append("the 200 does not list our contact") }
        if report.expiresSeconds == nil { report.warnings.append("the 200 does not say for how long") }
    }

    private mutating func warn(about challenge: DigestChallenge) {
        if challenge.ck != nil || challenge.ik != nil { report.warnings.append("the challenge shows CK or IK, which no UE may be sent") }
    }

    private func refusal(_ status: Int) -> RegistrationReport.End {
        switch verdict {
        case .networkNotAuthentic: .networkNotAuthenticated
        case .notSynchronised: .notSynchronised
        default: 400..<500 ~= status || status >= 600 ? .refused : .failed
        }
    }

    private mutating func finish(_ end: RegistrationReport.End, _ reason: String?) -> Next {
        report.end = end
        report.reason = end == .networkNotAuthenticated ? Self.notAuthentic : reason
        return .finished
    }

    private static let notAuthentic = "the network did not authenticate itself: the MAC of its challenge is not made with this ISIM's key"
}
