internal import HTTPKit
internal import SBI

/// `KitServer --port N [--loops N] [--next http[s]://HOST:PORT] [--http1 | --http2] [--tls FOLDER [--secure]]`
///
/// `--http1` and `--http2` say how the next hop is asked; the server itself is told by what the client begins with. The folder has
/// `certificate.pem`, `key.pem` and `authority.pem`, with which an `https` hop is asked; `--secure` makes the server ask for them too.
struct Options {
    var port: UInt16 = 0
    var loopCount = 1
    var next: APIRoot?
    var speaks = ClientProtocol.http1
    var files: TLSFiles?
    var isSecure = false

    init(_ arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        while let flag = rest.popFirst() {
            switch flag {
            case "--http1": speaks = .http1
            case "--http2": speaks = .http2
            case "--secure": isSecure = true
            case "--tls":
                let folder = rest.popFirst() ?? ""
                files = TLSFiles(certificate: "\(folder)/certificate.pem", key: "\(folder)/key.pem", authority: "\(folder)/authority.pem")
            case "--port": port = try Options.number(&rest, of: flag)
            case "--loops": loopCount = Int(max(1, try Options.number(&rest, of: flag)))
            case "--next":
                let text = rest.popFirst() ?? ""
                do throws(AddressError) { next = try APIRoot(parsing: text) } catch { throw UsageError(reason: error.reason) }
            default: throw UsageError(reason: "\(flag) is not known")
            }
        }
    }

    private static func number(_ rest: inout ArraySlice<String>, of flag: String) throws(UsageError) -> UInt16 {
        guard let number = rest.popFirst().flatMap({ UInt16($0) }) else { throw UsageError(reason: "\(flag) takes a number") }
        return number
    }
}

struct UsageError: Error {
    let reason: String
}
