/// A type that can be the value of a `{name}` in a route's pattern.
package protocol PathParameter: Sendable {
    /// - Parameter pathSegment: the segment, percent-decoded once.
    init(pathSegment: [UInt8]) throws(PathParameterError)
}

/// Any text that is valid UTF-8.
extension String: PathParameter {
    package init(pathSegment: [UInt8]) throws(PathParameterError) {
        guard let text = String(validating: pathSegment, as: UTF8.self) else { throw PathParameterError(reason: "is not UTF-8") }
        self = text
    }
}
