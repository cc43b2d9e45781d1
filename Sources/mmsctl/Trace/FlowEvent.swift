internal import Base
internal import HTTPKit

/// One recorded step, as `/admin/v1/flow-events` tells it.
struct FlowEvent {
    /// RFC 3339 with microseconds: as text it sorts by time.
    let time: String
    let step: Int
    let from: String
    let to: String
    let message: String
    let status: Int?
    let durationMicroseconds: Int?
    let impi: String?
    let detail: String?

    /// What is no event is left out: a service of another version may know more.
    static func list(_ body: [UInt8]) -> [FlowEvent] {
        var limits = JSONLimits.standard
        limits.elementsPerArrayMax = 16_384
        return ((try? JSONValue(body, limits: limits))?["flowEvents"]?.array ?? []).compactMap(FlowEvent.init)
    }

    private init?(_ json: JSONValue) {
        guard let time = json["ts"]?.string, let step = json["step"]?.int, let from = json["from"]?.string, let to = json["to"]?.string else {
            return nil
        }
        self.time = time
        self.step = step
        self.from = from
        self.to = to
        message = json["message"]?.string ?? ""
        status = json["status"]?.int
        durationMicroseconds = json["durUs"]?.int
        impi = json["impi"]?.string
        detail = json["detail"]?.string
    }

    /// Microseconds since midnight; a ladder is a matter of seconds.
    var microsecondsOfDay: Int {
        let digits = time.utf8.drop { $0 != UInt8(ascii: "T") }.dropFirst().filter(ASCII.isDigit)
        guard digits.count == 12 else { return 0 }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + Int($1 & 0x0f) } }
        return ((number(0..<2) * 60 + number(2..<4)) * 60 + number(4..<6)) * 1_000_000 + number(6..<12)
    }

    var hasFailed: Bool { (status ?? 0) >= 400 && status != 401 }
}
