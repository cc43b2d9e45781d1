internal import HTTPKit

/// `KitServer --port N [--loops N] [--next http://HOST:PORT] [--http1 | --h2c]`
///
/// `--http1` and `--h2c` say how the next hop is asked; the server itself is told by what the client begins with.
struct Options {
    var port: UInt16 = 0
    var loopCount = 1
    var next: APIRoot?
    var asksOverHTTP2 = false

    init(_ arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        while let flag = rest.popFirst() {
            switch flag {
            case "--http1": asksOverHTTP2 = false
            case "--h2c": asksOverHTTP2 = true
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
