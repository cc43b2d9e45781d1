internal import AKA
internal import Base
internal import HTTPKit
internal import Vectors

/// The file of a software ISIM: the JSON object `{"k","opc"|"op","amf","sqn"}`, each value in base 16.
struct ISIMFile: Sendable, Equatable {
    enum OperatorVariant: Sendable, Equatable {
        case opc(OPc)
        case op(OP)
    }

    let k: K
    let variant: OperatorVariant
    /// 8000 where the file has none. It is kept and not used: an ISIM takes any AMF that AUTN carries.
    let amf: AMF
    /// The highest SQN accepted so far; zero on a new card and where the file has none.
    var sqn: SQN

    /// - Throws: `.unusable`. The reason names the member and never its value.
    init(_ contents: SecretOctets) throws(UEError) {
        do throws(JSONError) { self = try Self.read(contents.octets) } catch {
            throw UEError(.unusable, "\(error.path.isEmpty ? "it" : error.path): \(error.reason)")
        }
    }

    private init(k: K, variant: OperatorVariant, amf: AMF, sqn: SQN) {
        self.k = k
        self.variant = variant
        self.amf = amf
        self.sqn = sqn
    }

    private static func read(_ json: [UInt8]) throws(JSONError) -> ISIMFile {
        var reader = JSONReader(json)
        var (k, opc, op, amf, sqn): (K?, OPc?, OP?, AMF?, SQN?) = (nil, nil, nil, nil, nil)
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "k": k = try octets(&reader)
            case "opc": opc = try octets(&reader)
            case "op": op = try octets(&reader)
            case "amf": amf = try octets(&reader)
            case "sqn": sqn = try octets(&reader)
            // A misspelt member must not pass for a missing one.
            default: throw reader.failure(.invalidValue, "an ISIM has k, opc or op, amf and sqn")
            }
        }
        guard let k else { throw reader.missing("k") }
        let variant: OperatorVariant
        switch (opc, op) {
        case (let opc?, nil): variant = .opc(opc)
        case (nil, let op?): variant = .op(op)
        case (nil, nil): throw reader.missing("opc")
        default: throw reader.failure(.invalidValue, "opc and op exclude each other")
        }
        try reader.finish()
        return ISIMFile(k: k, variant: variant, amf: amf ?? AMF(value: 0x8000), sqn: sqn ?? .zero)
    }

    private static func octets<Value: FixedOctetValue>(_ reader: inout JSONReader) throws(JSONError) -> Value {
        let text = try reader.stringBytes()
        do throws(MalformedOctets) { return try Value(hex: text) } catch {
            throw reader.failure(.invalidValue, "\(2 * Value.octetCount) hexadecimal digits were expected")
        }
    }

    /// The text of the file, which holds the key.
    var contents: SecretOctets {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("k")
        writer.hex(k.secret.octets)
        switch variant {
        case .opc(let opc):
            writer.member("opc")
            writer.hex(opc.secret.octets)
        case .op(let op):
            writer.member("op")
            writer.hex(op.secret.octets)
        }
        writer.member("amf")
        writer.hex(amf.octets)
        writer.member("sqn")
        writer.hex(sqn.octets)
        writer.endObject()
        return SecretOctets(writer.bytes + [UInt8(ascii: "\n")])
    }
}

extension SQN {
    static var zero: SQN {
        guard let zero = try? SQN(0) else { preconditionFailure("zero fits 48 bits") }
        return zero
    }
}
