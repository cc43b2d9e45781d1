package import HTTPKit
package import Nhss
internal import Vectors

/// `SipAuthenticationInfoResult` of TS 29.562 §6.3.6.2.3 with `3gAkaAvs`, and two members of our own: `impu` and `associatedPublicIdentities`.
///
/// Other kinds of authentication information, such as `digestAuth`, are unknown members here.
extension AuthenticationInformation {
    /// - Throws: the first fault, with the JSON Pointer of the member; an answer without a vector is a fault, too.
    package init(json: [UInt8]) throws(JSONError) {
        var reader = JSONReader(json)
        var impi: IMPI?
        var impu: IMPU?
        var associatedIdentities: [AssociatedIdentity] = []
        var vectors: [AuthenticationVector] = []
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "impi": impi = try reader.impi()
            case "impu": impu = try reader.impu()
            case "associatedPublicIdentities": associatedIdentities = try reader.associatedIdentities(including: impu)
            case "3gAkaAvs":
                try reader.beginArray()
                while try reader.nextElement() { vectors.append(try AuthenticationVector(from: &reader)) }
                guard !vectors.isEmpty else { throw reader.failure(.invalidValue, "no vector at all") }
            default: break
            }
        }
        guard let impi else { throw reader.missing("impi") }
        guard !vectors.isEmpty else { throw reader.missing("3gAkaAvs") }
        try reader.finish()
        self.init(impi: impi, impu: impu, associatedIdentities: associatedIdentities, items: .aka(vectors))
    }

    package func json() -> [UInt8] {
        var writer = JSONWriter(reservingBytes: 128 + 256 * items.count)
        writer.beginObject()
        writer.member("impi", ascii: impi.bytes)
        if let impu { writer.member("impu", ascii: impu.bytes) }
        if namesOthers { writer.member(associatedIdentities: associatedIdentities) }
        switch items {
        case .aka(let vectors):
            writer.member("3gAkaAvs")
            writer.beginArray()
            for vector in vectors { vector.write(to: &writer) }
            writer.endArray()
        }
        writer.endObject()
        return writer.bytes
    }
}

extension AuthenticationInformation {
    /// Whether the set says more than that the identity asked for is registered alone, which its absence says as well. Most users have one
    /// identity, and writing and reading it once more would cost 4 % of the instructions of a hop.
    fileprivate var namesOthers: Bool {
        guard let first = associatedIdentities.first else { return false }
        return associatedIdentities.count > 1 || first.isBarred || first.impu != impu
    }
}

/// `3GAkaAv` of TS 29.562 §6.3.6.2.
extension AuthenticationVector {
    fileprivate init(from reader: inout JSONReader) throws(JSONError) {
        var rand: RAND?
        var xres: XRES?
        var autn: AUTN?
        var ck: CK?
        var ik: IK?
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "rand": rand = try reader.octets()
            case "xres": xres = try reader.octets()
            case "autn": autn = try reader.octets()
            case "ck": ck = try reader.octets()
            case "ik": ik = try reader.octets()
            default: break
            }
        }
        guard let rand else { throw reader.missing("rand") }
        guard let xres else { throw reader.missing("xres") }
        guard let autn else { throw reader.missing("autn") }
        guard let ck else { throw reader.missing("ck") }
        guard let ik else { throw reader.missing("ik") }
        self.init(rand: rand, xres: xres, autn: autn, ck: ck, ik: ik)
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("rand", hex: rand.value)
        writer.member("xres", hex: xres.secret)
        writer.member("autn", hex: autn.value)
        writer.member("ck", hex: ck.secret)
        writer.member("ik", hex: ik.secret)
        writer.endObject()
    }
}
