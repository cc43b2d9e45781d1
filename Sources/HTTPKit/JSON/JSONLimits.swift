/// The bounds of a JSON text. The size of the whole text is bounded where the body is read.
package struct JSONLimits: Sendable {
    /// Objects and arrays inside one another. A scalar alone has depth 0.
    package var depthMax = 16
    package var membersPerObjectMax = 256
    package var elementsPerArrayMax = 4096
    /// Bytes of a member's name, with its escapes resolved. The bound also holds for the names in the path of an error.
    package var nameBytesMax = 256
    /// Bytes of a string, with its escapes resolved.
    package var stringBytesMax = 8192
    /// Digits of a number before its exponent, on both sides of the point together.
    package var numberDigitsMax = 20
    package var exponentDigitsMax = 3

    package init() {}

    package static let standard = JSONLimits()
}
