internal import Base
internal import SIP

/// Decides which requests reach the registrar or the notifier, and answers the others (RFC 3261 §8.2, in its order).
struct SIPGate: Sendable {
    enum Verdict {
        /// The registrar decides.
        case register(UERequest)
        /// The notifier decides.
        case subscribe(SubscribeRequest)
        case answer(Int, [SIPHeader], reason: String)
        /// ACK is never answered (RFC 3261 §17.1.1.3).
        case silence
    }

    let home: HomeDomain
    let translator: SIPTranslator

    private static let supported = ["path", SIPTranslator.outbound]
    private static let allow = SIPHeader(.allow, "REGISTER, OPTIONS, SUBSCRIBE")

    func verdict(on request: SIPRequest) -> Verdict {
        do throws(SIPRefusal) {
            switch request.method {
            case .ack: return .silence
            // Only INVITE can be cancelled (§9.1), and there is none here.
            case .cancel: throw SIPRefusal(481, "no request can be cancelled")
            case .register, .options, .subscribe: break
            default: throw SIPRefusal(405, "the method \(request.method)", headers: [SIPGate.allow])
            }
            try checkAddress(request)
            try checkExtensions(request)
            try checkEncoding(request)
            if request.method == .subscribe { return .subscribe(try translator.subscription(from: request)) }
            guard request.method == .register else { return .answer(200, SIPGate.capabilities, reason: "") }
            return .register(try translator.request(from: request))
        } catch { return .answer(error.status, error.headers, reason: error.reason) }
    }

    /// Refuses a request for another domain: nothing is forwarded, so that its resource is not found here (§8.2.2.1), unless
    /// it could not be forwarded anyway (§16.3 step 3).
    private func checkAddress(_ request: SIPRequest) throws(SIPRefusal) {
        // The scheme sips needs TLS on every hop (RFC 5630 §3.1), and the address of a registrar is no telephone number.
        guard request.requestURI.scheme == .sip else { throw SIPRefusal(416, "the Request-URI is not a SIP URI") }
        // The last receiver does not count hops, but a value that is none makes the request malformed (RFC 3261 §20.22).
        do throws(SIPParseError) { _ = try request.headers.maxForwards() } catch { throw SIPRefusal(error) }
        // RFC 3261 §10.2: the Request-URI of a REGISTER names a domain, and no user.
        guard request.method != .register || request.requestURI.user == nil else { throw SIPRefusal(400, "the Request-URI has a user part") }
        guard !home.contains(request.requestURI) else { return }
        do throws(SIPParseError) { try request.checkHops() } catch { throw SIPRefusal(error) }
        throw SIPRefusal(404, "the Request-URI is in another domain")
    }

    private func checkExtensions(_ request: SIPRequest) throws(SIPRefusal) {
        let unsupported: [[UInt8]]
        do throws(SIPParseError) { unsupported = try request.unsupportedExtensions(beyond: SIPGate.supported) } catch { throw SIPRefusal(error) }
        guard unsupported.isEmpty else {
            let tags = Array(unsupported.joined(separator: Array(", ".utf8)))
            throw SIPRefusal(420, "the request requires an extension that is not supported", headers: [SIPHeader(.unsupported, tags)])
        }
    }

    /// Refuses a body that is encoded (RFC 3261 §8.2.3 and §21.4.13): no encoding but none is known here.
    private func checkEncoding(_ request: SIPRequest) throws(SIPRefusal) {
        let encodings: [[UInt8]]
        do throws(SIPParseError) { encodings = try request.headers.tokens(.contentEncoding) } catch { throw SIPRefusal(error) }
        guard encodings.allSatisfy({ $0.equalsIgnoringCase("identity") }) else {
            throw SIPRefusal(415, "the body has an encoding that is not known", headers: [SIPGate.acceptEncoding])
        }
    }

    private static let acceptEncoding = SIPHeader(.acceptEncoding, "identity")

    /// The capabilities that OPTIONS tells (§11.2). Bodies are not read, so that any type is taken.
    private static let capabilities = [
        allow, SIPHeader(.accept, "*/*"), acceptEncoding, SIPHeader(.supported, supported.joined(separator: ", ")), SIPTranslator.allowEvents,
    ]
}
