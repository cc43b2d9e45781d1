internal import Nhss
internal import SIP

extension SIPTranslator {
    /// The event package of registrations (RFC 3680 §4.1).
    static let registrationEvents = "reg"
    static let allowEvents = SIPHeader(.allowEvents, registrationEvents)

    /// Reads a SUBSCRIBE.
    ///
    /// - Throws: 489 for another event package, 406 where the document is not accepted, 400 for a malformed field or no usable Contact, 423 for a
    ///   time that is too short, 513 where a subscription would have to keep too much.
    func subscription(from message: SIPRequest) throws(SIPRefusal) -> SubscribeRequest {
        let fields: SubscribeFields
        do throws(SIPParseError) { fields = try SubscribeFields(message) } catch { throw SIPRefusal(error) }
        guard let event = fields.event, event.package.elementsEqual(SIPTranslator.registrationEvents.utf8) else {
            throw SIPRefusal(489, "another event package, or none", headers: [SIPTranslator.allowEvents])
        }
        guard fields.acceptsDocument else {
            throw SIPRefusal(406, "the document is not accepted", headers: [SIPHeader(.accept, RegistrationDocument.mediaType)])
        }
        guard case .list(let contacts) = fields.contacts, let contact = contacts.first?.uri, contacts.count == 1, contact.scheme == .sip else {
            throw SIPRefusal(400, "a SUBSCRIBE has one Contact, a SIP URI")
        }
        let request = SubscribeRequest(
            impu: try? IMPU(message.requestURI.text), event: event, callID: message.core.callID, cSeq: message.core.cSeq.number,
            from: message.core.from, to: message.core.to, contact: contact, routes: fields.routes,
            claims: [message.core.from.uri] + fields.asserted.map(\.uri), expires: fields.expires, bytes: SIPTranslator.bytes(message.headers))
        try check(request)
        return request
    }

    private struct SubscribeFields {
        let event: SIPEvent?
        /// Without Accept the subscriber takes what the package names (RFC 3680 §4.5).
        let acceptsDocument: Bool
        let contacts: SIPContacts
        let routes: [SIPAddress]
        let asserted: [SIPAddress]
        let expires: UInt32?

        init(_ message: SIPRequest) throws(SIPParseError) {
            event = try message.headers.event()
            acceptsDocument = try message.headers.accepts("application", "reginfo+xml") ?? true
            contacts = try message.headers.contacts()
            routes = try message.headers.addresses(.recordRoute)
            asserted = try message.headers.addresses(.pAssertedIdentity)
            expires = try message.headers.expires()
        }
    }

    private func check(_ request: SubscribeRequest) throws(SIPRefusal) {
        if let expires = request.expires, expires != 0, expires < limits.subscriptionExpiresMin {
            throw SIPRefusal(423, "\(expires) seconds", headers: [SIPHeader(.minExpires, String(limits.subscriptionExpiresMin))])
        }
        guard request.bytes <= limits.subscriptionBytesMax else { throw SIPRefusal(513, "the dialog would need \(request.bytes) bytes") }
        guard request.impu != nil || request.dialog != nil else { throw SIPRefusal(404, "the Request-URI is no public identity") }
    }

    /// The bytes of the fields that a subscription keeps.
    private static func bytes(_ headers: SIPHeaders) -> Int {
        let kept: [SIPHeaderName] = [.from, .to, .callID, .contact, .recordRoute, .event]
        return headers.fields.reduce(0) { kept.contains($1.name) ? $0 + $1.value.count : $0 }
    }
}
