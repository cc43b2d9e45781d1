/// Writes one step of a JSON Pointer: "~" is "~0" and "/" is "~1" (RFC 6901 §3).
enum JSONPointer {
    static func append(_ name: some Sequence<UInt8>, to path: inout [UInt8]) {
        path.append(UInt8(ascii: "/"))
        for byte in name {
            switch byte {
            case UInt8(ascii: "~"): path += [UInt8(ascii: "~"), UInt8(ascii: "0")]
            case UInt8(ascii: "/"): path += [UInt8(ascii: "~"), UInt8(ascii: "1")]
            default: path.append(byte)
            }
        }
    }
}
