import Base

@testable import HTTPKit

/// HTTP/1 responses as a client reads them: however the bytes are cut, the same response or the same refusal comes out; and what
/// `MessageWriter` writes of it is read back the same.
enum ResponseFuzzer {
    enum Outcome: Equatable {
        case response(Status, fields: [[UInt8]], body: [UInt8], keepsAlive: Bool, left: Int)
        case refused(Status)
        /// The connection ended: a body without a length ends there, anything else is cut short.
        case closed(Status, fields: [[UInt8]], body: [UInt8])
        case cutShort

        func agrees(with other: Outcome) -> Bool {
            switch (self, other) {
            case (.refused(let one), .refused(let another)): one == another || Sizes.isStatus(one) || Sizes.isStatus(another)
            default: self == other
            }
        }
    }

    static func run(_ input: [UInt8]) {
        for isToHead in [false, true] {
            let ways = Pieces.ways(of: input).map { decode($0, isToHead: isToHead) }
            for way in ways { require(way.agrees(with: ways[0]), "the same outcome however the bytes are cut: \(way) and \(ways[0])") }
            switch ways[0] {
            case .response(let status, let fields, let body, _, _), .closed(let status, let fields, let body): check(status, fields, body)
            case .refused, .cutShort: break
            }
        }
    }

    private static let limits: ClientLimits = {
        var limits = ClientLimits()
        limits.headBytesMax = 512
        limits.fieldCountMax = 8
        limits.bodyBytesMax = 256
        limits.interimResponsesMax = 2
        return limits
    }()

    private static func decode(_ pieces: [[UInt8]], isToHead: Bool, limits: ClientLimits = limits) -> Outcome {
        var decoder = ResponseDecoder(limits: limits, isToHead: isToHead)
        var left = pieces.reduce(0) { $0 + $1.count }
        do {
            for piece in pieces {
                var found: Outcome?
                try piece.withUnsafeBytes { bytes in
                    var rest = bytes
                    let event = try decoder.next(&rest)
                    left -= bytes.count - rest.count
                    switch event {
                    case .needMore: require(rest.isEmpty, "all bytes are taken before more are wanted")
                    case .response(let response, let keepsAlive):
                        found = .response(
                            response.status, fields: Sizes.list(response.fields), body: response.body, keepsAlive: keepsAlive, left: left)
                    }
                }
                if let found { return found }
            }
        } catch {
            return .refused((error as? Refusal)?.status ?? .ok)
        }
        guard let end = try? decoder.end(), case .response(let response, let keepsAlive) = end else { return .cutShort }
        require(!keepsAlive, "nothing is kept of a connection that has ended")
        return .closed(response.status, fields: Sizes.list(response.fields), body: response.body)
    }

    private static func check(_ status: Status, _ fields: [[UInt8]], _ body: [UInt8]) {
        require(200..<600 ~= status.code, "a response is final")
        require(body.count <= limits.bodyBytesMax, "a body keeps its limit")
        checkWritten(status, fields, body)
    }

    /// Fields that the writer adds itself.
    private static let written = ["content-length", "transfer-encoding", "connection", "date"]

    private static func checkWritten(_ status: Status, _ list: [[UInt8]], _ body: [UInt8]) {
        var fields = Fields()
        for index in stride(from: 0, to: list.count, by: 2) {
            let isWritten = written.contains { list[index].elementsEqual($0.utf8, by: { ASCII.lowercased($0) == ASCII.lowercased($1) }) }
            if isWritten { continue }
            list[index].withUnsafeBytes { name in list[index + 1].withUnsafeBytes { fields.append(checkedName: name, value: $0) } }
        }
        var bytes: [UInt8] = []
        MessageWriter.append(Response(status, fields: fields, body: body), date: Array("now".utf8), .kept, omitsBody: false, to: &bytes)
        let isBodiless = status == .noContent || status == .notModified
        guard case .response(let again, let fieldsAgain, let bodyAgain, true, 0) = decode([bytes], isToHead: false, limits: ClientLimits()) else {
            fatalError("what is written is not one whole response: \(String(decoding: bytes, as: UTF8.self))")
        }
        require(again == status && bodyAgain == (isBodiless ? [] : body), "what is written is read back")
        require(fieldsAgain.starts(with: Sizes.list(fields)), "fields that are written are read back")
    }
}
