package import HTTPKit
package import Nhss
internal import Vectors

/// `SipAuthenticationInfoRequest` of TS 29.562 §6.3.6.2.2, with three members of our own: `impu`, `visitedSystem` and
/// `deregCallbackUri`.
///
/// Unknown members are ignored (TS 29.501 §6.2), known members are checked in full.
extension AuthenticationInformationRequest {
    /// - Parameters:
    ///   - impi: from the path, not the body.
    ///   - json: the body.
    /// - Throws: the first fault, with the JSON Pointer of the member.
    package convenience init(impi: IMPI, json: [UInt8]) throws(JSONError) {
        var reader = JSONReader(json)
        var serverName: String?
        var scheme: SIPAuthenticationScheme?
        var numberOfItems = 1
        var resynchronisation: Resynchronisation?
        var impu: IMPU?
        var visitedSystem: SystemID?
        var deregCallbackUri: String?
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "cscfServerName": serverName = try reader.visibleText(bytesMax: NhssLimits.serverNameBytesMax)
            case "sipAuthenticationScheme": scheme = try reader.scheme()
            case "sipNumberAuthItems": numberOfItems = try reader.int(in: 1...Int.max)
            case "resynchronizationInfo": resynchronisation = try Resynchronisation(from: &reader)
            case "impu": impu = try reader.impu()
            case "visitedSystem": visitedSystem = try reader.systemID()
            case "deregCallbackUri": deregCallbackUri = try reader.visibleText(bytesMax: NhssLimits.callbackBytesMax)
            default: break
            }
        }
        guard let serverName else { throw reader.missing("cscfServerName") }
        guard let scheme else { throw reader.missing("sipAuthenticationScheme") }
        try reader.finish()
        self.init(
            impi: impi, impu: impu, cscfServerName: serverName, scheme: scheme, numberOfItems: numberOfItems, resynchronisation: resynchronisation,
            visitedSystem: visitedSystem, deregCallbackUri: deregCallbackUri)
    }

    /// The body. `impi` is not in it but in the path. `visitedSystem` is written only where it is set: partners do not see it.
    package func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("cscfServerName", cscfServerName)
        writer.member("sipAuthenticationScheme", scheme.text)
        writer.member("sipNumberAuthItems", numberOfItems)
        if let resynchronisation {
            writer.member("resynchronizationInfo")
            writer.beginObject()
            writer.member("rand", hex: resynchronisation.rand.value)
            writer.member("auts", hex: resynchronisation.auts.secret)
            writer.endObject()
        }
        if let impu { writer.member("impu", ascii: impu.bytes) }
        if let visitedSystem { writer.member("visitedSystem", ascii: visitedSystem.bytes) }
        if let deregCallbackUri { writer.member("deregCallbackUri", deregCallbackUri) }
        writer.endObject()
        return writer.bytes
    }
}

/// `ResynchronizationInfo` of TS 29.562 §6.3.6.2.
extension AuthenticationInformationRequest.Resynchronisation {
    fileprivate init(from reader: inout JSONReader) throws(JSONError) {
        var rand: RAND?
        var auts: AUTS?
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "rand": rand = try reader.octets()
            case "auts": auts = try reader.octets()
            default: break
            }
        }
        guard let rand else { throw reader.missing("rand") }
        guard let auts else { throw reader.missing("auts") }
        self.init(rand: rand, auts: auts)
    }
}
