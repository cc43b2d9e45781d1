/// Why HTTPKit itself refuses a message: what kind of fault it is, the status to answer with, and what was wrong. Nothing is ever repaired.
///
/// The problem document that answers a refused request is made by the router's `describe`, so that an application can say the same in its own terms.
package struct Refusal: Error, Equatable {
    package enum Code: Equatable, Sendable {
        /// The message breaks HTTP, exceeds a bound, or took too long to arrive.
        case message
        /// The content is in a coding that is not known here.
        case contentCoding
        /// The path is not percent-encoded correctly.
        case pathEncoding
        /// No route has the path.
        case unknownPath
        /// No route has the name and the version that the path begins with: `/{api}/v1/`.
        case unknownAPI
        /// Routes begin as the path does, and none has the fixed part that it has after a parameter.
        case unknownPart
        /// The path has routes, but none with this method. The methods it takes, as the field `Allow` lists them.
        case method(allowed: String)
        /// A parameter is not what it has to be: `{id}` of the path, or `query limit`.
        case parameter(String)
        /// The server handles as many requests as it may.
        case overload
    }

    package let status: Status
    package let code: Code
    package let reason: String

    init(_ status: Status, _ reason: String, as code: Code = .message) {
        self.status = status
        self.code = code
        self.reason = reason
    }

    static func malformed(_ reason: String) -> Refusal { Refusal(.badRequest, reason) }
}
