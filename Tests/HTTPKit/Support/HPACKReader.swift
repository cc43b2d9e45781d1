import CNGHTTP2

/// Reads header blocks one after the other and tells of each field how it is written: nghttp2 decodes, the first byte is looked at here.
final class HPACKReader {
    struct Failure: Error {}

    /// The representations of RFC 7541 §6.
    enum Representation {
        /// §6.1: name and value are in a table.
        case indexed
        /// §6.2.1: from now on it is in the reader's table.
        case remembered
        /// §6.2.2
        case notRemembered
        /// §6.2.3: not by those either who pass it on.
        case neverRemembered

        /// Nil for what is no field.
        init?(firstByte: UInt8) {
            switch firstByte {
            case 0x80...: self = .indexed
            case 0x40..<0x80: self = .remembered
            case 0x10..<0x20: self = .neverRemembered
            case ..<0x10: self = .notRemembered
            default: return nil
            }
        }

        /// How much of the first byte is the number of a field in a table, whose name or whole it stands for; 0 says that the name follows.
        var numberMask: UInt8 {
            switch self {
            case .indexed: 0x7f
            case .remembered: 0x3f
            case .notRemembered, .neverRemembered: 0x0f
            }
        }
    }

    struct Field: Equatable {
        let name: String
        let value: String
        let representation: Representation
        /// Whether the name is that of a field in a table.
        let isNamedByNumber: Bool
        let byteCount: Int
    }

    // Safety: made in init, freed in deinit, used by one test.
    private let inflater: OpaquePointer?

    init() {
        var inflater: OpaquePointer?
        nghttp2_hd_inflate_new(&inflater)
        self.inflater = inflater
    }

    deinit { nghttp2_hd_inflate_del(inflater) }

    /// Fields that the reader has been made to remember (RFC 7541 §2.3.1: the static table has 61).
    var rememberedCount: Int { nghttp2_hd_inflate_get_num_table_entries(inflater) - 61 }

    func read(_ block: [UInt8]) throws -> [Field] {
        var fields: [Field] = []
        var position = 0
        while position < block.count {
            var field = nghttp2_nv()
            var flags: Int32 = 0
            let taken = block[position...].withUnsafeBufferPointer { nghttp2_hd_inflate_hd2(inflater, &field, &flags, $0.baseAddress, $0.count, 1) }
            guard taken > 0, flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0, let way = Representation(firstByte: block[position]) else {
                throw Failure()
            }
            fields.append(
                Field(
                    name: String(decoding: UnsafeBufferPointer(start: field.name, count: field.namelen), as: UTF8.self),
                    value: String(decoding: UnsafeBufferPointer(start: field.value, count: field.valuelen), as: UTF8.self),
                    representation: way, isNamedByNumber: block[position] & way.numberMask != 0, byteCount: taken))
            position += taken
        }
        nghttp2_hd_inflate_end_headers(inflater)
        return fields
    }
}
