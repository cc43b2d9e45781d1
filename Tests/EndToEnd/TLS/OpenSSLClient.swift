import Foundation
import Support

/// One connection of `openssl s_client`, which can also be told to use old and bad TLS.
struct OpenSSLClient {
    let status: Int32
    let output: String

    private static let patienceSeconds = "10"

    /// Asks for a vector over HTTP/1.1 as soon as the handshake is done, and reads until the service closes.
    init(_ address: String, _ flags: [String]) throws {
        let body = #"{"cscfServerName":"sip:s","sipAuthenticationScheme":"DIGEST-AKAV1-MD5"}"#
        let request = """
            POST /nhss-ims-ueau/v1/\(ChainLaboratory.home)/security-information/generate-sip-auth-data HTTP/1.1\r
            Host: \(address)\r
            Content-Type: application/json\r
            Content-Length: \(body.utf8.count)\r
            Connection: close\r
            \r
            \(body)
            """
        try self.init(address, flags + ["-ign_eof"], input: request)
    }

    init(_ address: String, _ flags: [String], input: String) throws {
        let command = try Command.run(
            "/usr/bin/timeout", [OpenSSLClient.patienceSeconds, "openssl", "s_client", "-connect", address] + flags, input: input)
        status = command.status
        output = command.output
    }
}
