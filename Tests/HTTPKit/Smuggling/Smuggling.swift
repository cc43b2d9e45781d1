import Testing

@testable import HTTPKit

/// Bytes that two readers might take for different requests, and what they are here.
///
/// The classes are those of published research: CL.TE, TE.CL, TE.TE, CL.0, 0.CL and TE.0 desynchronisation, chunk extensions that hide a line
/// end, request splitting, and the ambiguities of lines and targets that make them possible.
struct Smuggling: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    /// Status and body of each answer; where it is but a status, any body will do.
    let answers: [String]
    /// Whether the last answer ends the connection: nothing behind it is looked at.
    let closes: Bool

    /// - Parameter text: each scalar below 256 is one octet.
    private init(_ name: String, _ text: String, _ answers: [String], closes: Bool) {
        testDescription = name
        bytes = text.unicodeScalars.flatMap { $0.value < 256 ? [UInt8($0.value)] : Array(String($0).utf8) }
        self.answers = answers
        self.closes = closes
    }

    static func refused(_ status: Int, _ name: String, _ text: String) -> Smuggling { Smuggling(name, text, ["\(status)"], closes: true) }

    static func answered(_ name: String, _ text: String, _ answers: String..., closes: Bool = false) -> Smuggling {
        Smuggling(name, text, answers, closes: closes)
    }

    /// The request that nobody has asked: found in a body it is content, behind a refusal it is nothing.
    static let inner = "DELETE /gone HTTP/1.1\r\nHost: a\r\n\r\n"

    static func post(_ fields: String, _ body: String = "") -> String { "POST /echo HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(body)" }
    static func get(_ fields: String) -> String { "GET /hello HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n" }
    /// One chunk that holds all of it, and the last one.
    static func chunk(_ content: String) -> String { "\(String(content.utf8.count, radix: 16))\r\n\(content)\r\n0\r\n\r\n" }
    static func chunked(_ body: String) -> String { post("Transfer-Encoding: chunked", body) }
}
