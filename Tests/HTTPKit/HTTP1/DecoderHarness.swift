@testable import HTTPKit

/// What a decoder made of a stream, as text, so that two ways of feeding it can be compared.
enum Decoded {
    /// Feeds the pieces one after the other, each as the only bytes there are, and stops at the first refusal.
    static func requests(_ pieces: [[UInt8]], limits: ServerLimits = ServerLimits()) -> [String] {
        var decoder = RequestDecoder(limits: limits)
        var events: [String] = []
        for piece in pieces {
            let refusal = piece.withUnsafeBytes { bytes -> Refusal? in
                var input = bytes
                do throws(Refusal) {
                    while true {
                        switch try decoder.next(&input) {
                        case .needMore:
                            precondition(input.isEmpty, "needMore leaves nothing")
                            return nil
                        case .expectsContinue: events.append("continue")
                        case .request(let head, let body): events.append(text(head, body))
                        }
                        if input.isEmpty { return nil }
                    }
                } catch { return error }
            }
            if let refusal { return events + ["refused \(refusal.status)"] }
        }
        return events
    }

    static func requests(_ text: String, limits: ServerLimits = ServerLimits()) -> [String] { requests([Array(text.utf8)], limits: limits) }

    private static func text(_ head: RequestHead, _ body: [UInt8]) -> String {
        var text = "\(head.method.rawValue) \(String(decoding: head.path, as: UTF8.self))"
        if let query = head.query { text += " ?\(String(decoding: query, as: UTF8.self))" }
        head.fields.forEach { name, value in
            text += " \(String(decoding: name, as: UTF8.self))=\(String(decoding: value, as: UTF8.self));"
        }
        return text + " <\(String(decoding: body, as: UTF8.self))>" + (head.keepsAlive ? "" : " closes")
    }

    /// The same for responses; the end of the connection is fed after the pieces.
    static func responses(_ pieces: [[UInt8]], toHead: Bool = false, limits: ClientLimits = ClientLimits()) -> [String] {
        var decoder = ResponseDecoder(limits: limits, isToHead: toHead)
        for piece in pieces {
            let outcome = piece.withUnsafeBytes { bytes -> [String]? in
                var input = bytes
                do throws(Refusal) {
                    guard case .response(let response, let keepsAlive) = try decoder.next(&input) else { return nil }
                    return [text(response, keepsAlive)] + (input.isEmpty ? [] : ["\(input.count) left"])
                } catch { return ["refused"] }
            }
            if let outcome { return outcome }
        }
        do throws(Refusal) {
            guard case .response(let response, let keepsAlive) = try decoder.end() else { return ["nothing"] }
            return [text(response, keepsAlive)]
        } catch { return ["cut short"] }
    }

    static func responses(_ text: String, toHead: Bool = false, limits: ClientLimits = ClientLimits()) -> [String] {
        responses([Array(text.utf8)], toHead: toHead, limits: limits)
    }

    private static func text(_ response: Response, _ keepsAlive: Bool) -> String {
        "\(response.status) <\(String(decoding: response.body, as: UTF8.self))>" + (keepsAlive ? "" : " closes")
    }
}

extension [UInt8] {
    /// Each byte on its own.
    var singly: [[UInt8]] { map { [$0] } }
}
