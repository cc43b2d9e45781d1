/// What a JSON text may cost before it is refused.
///
/// The size of the whole text is bounded where the body is read, not here.
package struct JSONLimits: Sendable {
    /// Objects and arrays inside one another; a scalar alone has depth 0.
    package var depthMax = 16
    package var membersPerObjectMax = 256
    package var elementsPerArrayMax = 4096
    /// Bytes of UTF-8 a member name has after its escapes are resolved; bounds what an error path repeats.
    package var nameBytesMax = 256
    /// Bytes of UTF-8 a string value has after its escapes are resolved.
    package var stringBytesMax = 8192
    /// Digits of a number before its exponent, both sides of the point together.
    package var numberDigitsMax = 20
    package var exponentDigitsMax = 3

    package init() {}

    package static let standard = JSONLimits()
}
