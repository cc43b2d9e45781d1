import Foundation
import Support

/// One exchange through the real curl.
struct Curl {
    let status: Int
    let body: String

    /// - Parameter json: the body; nil sends none.
    static func send(_ method: String = "GET", _ url: String, _ json: String? = nil, headers: [String] = []) throws -> Curl {
        var arguments = ["-sS", "--max-time", "10", "-X", method, url, "-w", "\n%{http_code}"]
        for header in headers { arguments += ["-H", header] }
        if let json { arguments += ["-H", "Content-Type: application/json", "-d", json] }
        let command = try Command.run("/usr/bin/curl", arguments)
        var lines = command.output.split(separator: "\n", omittingEmptySubsequences: false)
        guard command.status == 0, let last = lines.popLast(), let status = Int(last) else {
            throw ServiceProcess.Failure(reason: "curl \(method) \(url): \(command.output)")
        }
        return Curl(status: status, body: lines.joined(separator: "\n"))
    }

    /// Provisions a resource. Any status but 200 and 201 is an error.
    static func put(_ url: String, _ json: String) throws {
        let answer = try send("PUT", url, json)
        guard [200, 201].contains(answer.status) else { throw ServiceProcess.Failure(reason: "PUT \(url): \(answer.status) \(answer.body)") }
    }

    var object: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:] }
}
