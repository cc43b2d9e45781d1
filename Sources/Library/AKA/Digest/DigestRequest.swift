/// What a digest response is computed over: the fields of an Authorization header, as the octets that stand there.
///
/// Quotes are taken off and backslashes undone by whoever parsed the header; nothing here is decoded further. The
/// caller also checks that user name, realm, nonce and URI are the ones it challenged.
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

    /// `qop` and what it brings along (RFC 7616 §3.4.1).
    package enum Protection: Sendable, Equatable {
        /// No `qop`: the form of RFC 2069, which RFC 2617 §3.2.2.1 kept.
        case none
        /// `nc` is the text of 8 hex digits, as it stands in the header.
        case authentication(nc: ArraySlice<UInt8>, cnonce: ArraySlice<UInt8>)
        case integrity(nc: ArraySlice<UInt8>, cnonce: ArraySlice<UInt8>, body: ArraySlice<UInt8>)
    }
}
