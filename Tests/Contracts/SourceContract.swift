package import Nhss
import Vectors

/// What every `AuthenticationInformationSource` promises, whether it issues, authorises, translates or asks over HTTP.
package struct SourceContract: Sendable {
    let source: any AuthenticationInformationSource
    /// A question that the source answers.
    let question: AuthenticationInformationRequest
    /// A user nobody knows.
    let stranger: IMPI
    let context: CallContext

    package init(
        _ source: any AuthenticationInformationSource, answers question: AuthenticationInformationRequest, knowsNothingOf stranger: IMPI,
        in context: CallContext
    ) {
        self.source = source
        self.question = question
        self.stranger = stranger
        self.context = context
    }

    /// - Returns: a sentence for each promise that does not hold.
    package func breaches() async -> [String] {
        var breaches: [String] = []
        breaches += await ofIdentities()
        breaches += await ofNumber()
        breaches += await ofFreshness()
        breaches += await ofRefusals()
        return breaches
    }

    private func ofIdentities() async -> [String] {
        var breaches: [String] = []
        for impu in [question.impu, nil] {
            let asked = question.renamed(question.impi, impu, visiting: question.visitedSystem)
            switch await outcome(asked) {
            case .success(let answer):
                if answer.impi != asked.impi { breaches.append("an answer names another private identity than the question") }
                if answer.impu != asked.impu { breaches.append("an answer names another public identity than the question") }
            case .failure(let failure): breaches.append("a question that should be answered fails: \(failure)")
            }
        }
        return breaches
    }

    private func ofNumber() async -> [String] {
        var breaches: [String] = []
        for number in [1, 2, 5, 1_000] {
            guard case .success(let answer) = await outcome(question.asked(for: number)) else {
                breaches.append("a question for \(number) vectors fails")
                continue
            }
            if !(1...number ~= answer.akaVectors.count) {
                breaches.append("\(answer.akaVectors.count) vectors are the answer to a question for \(number)")
            }
        }
        return breaches
    }

    /// Each vector is good for one authentication (TS 33.203 §6.1.1): none is ever given twice.
    private func ofFreshness() async -> [String] {
        var vectors: [AuthenticationVector] = []
        await withTaskGroup(of: [AuthenticationVector].self) { group in
            for _ in 0..<20 {
                group.addTask {
                    guard case .success(let answer) = await outcome(question) else { return [] }
                    return answer.akaVectors
                }
            }
            for await some in group { vectors += some }
        }
        var breaches: [String] = []
        if vectors.count < 20 { breaches.append("of twenty questions at once some fail") }
        if Set(vectors.map(\.rand)).count < vectors.count { breaches.append("a RAND is given twice") }
        if Set(vectors.map(\.autn)).count < vectors.count { breaches.append("an AUTN is given twice") }
        return breaches
    }

    private func ofRefusals() async -> [String] {
        var breaches: [String] = []
        switch await outcome(question.renamed(stranger, nil, visiting: question.visitedSystem)) {
        case .success: breaches.append("there are vectors for a user nobody knows")
        case .failure(let failure): if !failure.isRefusal { breaches.append("a user nobody knows looks like a fault: \(failure.code)") }
        }
        if case .success = await outcome(question.asked(for: 1, by: .digestHTTP)) { breaches.append("there are AKA vectors for another scheme") }
        return breaches
    }

    private func outcome(_ asked: AuthenticationInformationRequest) async -> Result<AuthenticationInformation, AuthFailure> {
        do throws(AuthFailure) { return .success(try await source.authenticationInformation(asked, in: context)) } catch { return .failure(error) }
    }
}

extension AuthenticationInformationRequest {
    fileprivate func asked(for numberOfItems: Int, by scheme: SIPAuthenticationScheme = .digestAKAv1MD5) -> AuthenticationInformationRequest {
        AuthenticationInformationRequest(
            impi: impi, impu: impu, cscfServerName: cscfServerName, scheme: scheme, numberOfItems: numberOfItems,
            resynchronisation: resynchronisation,
            visitedSystem: visitedSystem)
    }
}

extension AuthFailure {
    /// Whether the user or the request was refused, rather than nobody able to answer.
    fileprivate var isRefusal: Bool {
        switch code {
        case .userNotFound, .identitiesDontMatch, .migrationNotAllowed, .requesterNotAuthorised, .schemeNotSupported, .authenticationRejected: true
        default: false
        }
    }
}
