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
    init?(_ token: some Collection<UInt8>) {
        guard let known = Method.allCases.first(where: { $0.rawValue.utf8.elementsEqual(token) }) else { return nil }
        self = known
    }
}
