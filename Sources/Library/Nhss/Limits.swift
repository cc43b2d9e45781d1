/// Bounds of what the contract carries, in bytes of text unless said otherwise.
package enum NhssLimits {
    package static let identityBytesMax = 255
    /// RFC 1035 §2.3.4, without the root's dot.
    package static let domainNameBytesMax = 253
    package static let domainLabelBytesMax = 63
    /// A scheme that is not standardised is carried by its name, up to this length.
    package static let schemeBytesMax = 64
    package static let serverNameBytesMax = 255
    package static let correlationBytesMax = 512
    /// Public identities that are registered together.
    package static let associatedIdentitiesMax = 32
    package static let callbackBytesMax = 512
}
