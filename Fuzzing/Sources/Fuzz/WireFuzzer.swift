import HTTPKit
import Nhss

@testable import NhssHTTP

/// The bodies of Nhss_imsUEAuthentication: what is read is written and read back the same.
enum WireFuzzer {
    private static let impi = mustNotThrow("this is an identity") { try IMPI("user@home.example") }

    static func run(_ input: [UInt8]) {
        do {
            let request = try AuthenticationInformationRequest(impi: impi, json: input)
            let again = mustNotThrow("a request that is written can be read") {
                try AuthenticationInformationRequest(impi: impi, json: request.json())
            }
            require(again == request && again.json() == request.json(), "a request is read back")
        } catch { check(error, input) }
        do {
            let result = try AuthenticationInformation(json: input)
            let again = mustNotThrow("a result that is written can be read") { try AuthenticationInformation(json: result.json()) }
            require(again == result && again.json() == result.json(), "a result is read back")
        } catch { check(error, input) }
        guard let problem = ReceivedProblem(input) else { return }
        require(problem.invalidParameters.count <= NhssHTTPLimits.invalidParametersMax, "a problem's parameters keep their limit")
        require(problem.shownCause.utf8.allSatisfy { 0x20...0x7e ~= $0 }, "what is shown of a cause can be printed")
    }

    private static func check(_ error: JSONError, _ input: [UInt8]) {
        require(0...input.count ~= error.offset, "a fault is in the text or at its end")
        require(error.path.isEmpty || error.path.utf8.first == UInt8(ascii: "/"), "a place is a JSON pointer")
    }
}
