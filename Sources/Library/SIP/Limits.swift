/// What a message from outside may cost. A message past one of these is refused, never cut.
package struct SIPLimits: Sendable, Equatable {
    /// Head and body together: more than any UDP datagram holds.
    package var messageBytesMax = 65_536
    /// Start line and header fields, with the empty line that ends them.
    package var headBytesMax = 16_384
    /// One header field, its continuation lines included.
    package var lineBytesMax = 8_192
    /// Header field lines of one message.
    package var headerFieldsMax = 128
    /// Via values, whether on lines of their own or between commas.
    package var viasMax = 64
    /// Contact values of one REGISTER.
    package var contactsMax = 32
    /// Values of any other list: Path, Require, Authorization...
    package var listValuesMax = 64
    /// Parameters of one value, one URI or one set of credentials.
    package var parametersMax = 64
    package var uriBytesMax = 4_096

    package init() {}

    package static let standard = SIPLimits()
}
