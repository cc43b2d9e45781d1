/// The bounds of a message from outside. A message beyond one of them is refused, never cut.
package struct SIPLimits: Sendable, Equatable {
    /// The head and the body together: more than a UDP datagram holds.
    package var messageBytesMax = 65_536
    /// The start line and the header fields, with the empty line that ends them.
    package var headBytesMax = 16_384
    /// One header field with its continuation lines.
    package var lineBytesMax = 8_192
    /// Header field lines of one message.
    package var headerFieldsMax = 128
    /// Via values, whether on lines of their own or between commas.
    package var viasMax = 64
    /// Contact values of one REGISTER.
    package var contactsMax = 32
    /// Values of any other list, such as Path, Require or Authorization.
    package var listValuesMax = 64
    /// Parameters of one value, one URI or one set of credentials.
    package var parametersMax = 64
    package var uriBytesMax = 4_096

    package init() {}

    package static let standard = SIPLimits()
}
