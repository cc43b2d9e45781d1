internal import HTTPKit
internal import Nhss
internal import NhssHTTP
internal import Vectors

/// Callers are not told apart: what is measured is the rest.
struct NobodyProven: CallerIdentification {
    func caller(of request: Request) async -> SystemID? { nil }
}

/// One vector of fixed octets: what is measured is HTTP and JSON.
struct CannedSource: AuthenticationInformationSource {
    private let vector: AuthenticationVector

    init() throws(MalformedOctets) {
        let octets = Array(UInt8(0)...15)
        vector = AuthenticationVector(
            rand: try RAND(octets), xres: try XRES(Array(32...39)), autn: try AUTN(Array(16...31)),
            ck: try CK(octets),
            ik: try IK(octets))
    }

    /// Decodes the two members, encodes the vector, waits for nothing.
    func answer(_ request: Request, about impi: IMPI) throws(Problem) -> Reply {
        do throws(JSONError) { _ = try AuthenticationInformationRequest(impi: impi, json: request.body) } catch {
            throw Problem(.badRequest, detail: "\(error)")
        }
        return .now(.json(.ok, AuthenticationInformation(impi: impi, items: .aka([vector])).json()))
    }

    func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        AuthenticationInformation(impi: request.impi, items: .aka([vector]))
    }
}
