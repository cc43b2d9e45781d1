internal import Base

/// The value of Event: the package whose events a subscription is about, and the number of the subscription, if the subscriber gives it one.
///
/// Both are compared byte by byte.
///
/// Source: RFC 6665 §8.2.1.
package struct SIPEvent: Sendable, Equatable {
    /// The package with its templates, such as `reg` or `presence.winfo`.
    package let package: [UInt8]
    package let id: [UInt8]?

    package init(_ package: [UInt8], id: [UInt8]? = nil) {
        self.package = package
        self.id = id
    }

    package var bytes: [UInt8] { package + (id.map { Array(";id=".utf8) + $0 } ?? []) }
}

extension SIPEvent {
    init(from scanner: inout FieldScanner) throws(SIPParseError) {
        package = Array(try scanner.token("an event package"))
        id = try scanner.parameters().value("id")
        guard id?.isToken ?? true else { throw scanner.failure(.badHeaderValue, "the id is not a token") }
    }
}
