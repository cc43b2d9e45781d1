/// The request methods HTTPKit knows (RFC 9110 §9, RFC 5789). Any other token is answered 501.
package enum Method: String, Hashable, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
    case patch = "PATCH"
    case options = "OPTIONS"
    case trace = "TRACE"

    /// Methods are case-sensitive (RFC 9110 §9.1).
    init?(_ token: UnsafeBufferPointer<UInt8>) {
        // The first three letters tell them apart.
        guard token.count >= 3 else { return nil }
        let candidate: Method
        switch (token[0], token[1]) {
        case (UInt8(ascii: "G"), _): candidate = .get
        case (UInt8(ascii: "H"), _): candidate = .head
        case (UInt8(ascii: "P"), UInt8(ascii: "O")): candidate = .post
        case (UInt8(ascii: "P"), UInt8(ascii: "U")): candidate = .put
        case (UInt8(ascii: "P"), _): candidate = .patch
        case (UInt8(ascii: "D"), _): candidate = .delete
        case (UInt8(ascii: "O"), _): candidate = .options
        case (UInt8(ascii: "T"), _): candidate = .trace
        default: return nil
        }
        guard candidate.rawValue.utf8.elementsEqual(token) else { return nil }
        self = candidate
    }

    init?(_ token: [UInt8]) {
        guard let known = token.withUnsafeBufferPointer({ Method($0) }) else { return nil }
        self = known
    }
}
