/// The fields of an Authorization header that a digest response is computed over, as the octets that stand there.
///
/// The parser of the header has removed quotes and backslashes; nothing is decoded further here. The caller also checks that user name,
/// realm, nonce and URI are those of its challenge.
package struct DigestRequest: Sendable, Equatable {
    package var username: ArraySlice<UInt8>
    package var realm: ArraySlice<UInt8>
    /// The nonce as text, not what it encodes.
    package var nonce: ArraySlice<UInt8>
    package var method: ArraySlice<UInt8>
    package var uri: ArraySlice<UInt8>
    package var protection: Protection

    package init(
        username: ArraySlice<UInt8>, realm: ArraySlice<UInt8>, nonce: ArraySlice<UInt8>,
        method: ArraySlice<UInt8>, uri: ArraySlice<UInt8>, protection: Protection
    ) {
        self.username = username
        self.realm = realm
        self.nonce = nonce
        self.method = method
        self.uri = uri
        self.protection = protection
    }

    /// `qop` and the fields that come with it (RFC 7616 §3.4.1).
    package enum Protection: Sendable, Equatable {
        /// No `qop`: the form of RFC 2069, which RFC 2617 §3.2.2.1 kept.
        case none
        /// `nc` is the text of 8 hexadecimal digits, as it stands in the header.
        case authentication(nc: ArraySlice<UInt8>, cnonce: ArraySlice<UInt8>)
        case integrity(nc: ArraySlice<UInt8>, cnonce: ArraySlice<UInt8>, body: ArraySlice<UInt8>)
    }
}
