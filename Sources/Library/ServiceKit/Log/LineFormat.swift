internal import Base
internal import HTTPKit
internal import Logging

/// Makes the bytes of log lines, each with its line feed.
struct LineFormat: Sendable {
    private let service: String
    private let format: LogFormat
    private let now: @Sendable () -> Timestamp

    init(service: String, _ format: LogFormat, now: @escaping @Sendable () -> Timestamp = Timestamp.now) {
        self.service = service
        self.format = format
        self.now = now
    }

    func line(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) -> [UInt8] {
        let pairs = metadata.sorted { $0.key < $1.key }.map { (name: LineFormat.name($0.key), value: $0.value) }
        let message = LogText.visible(message, bytesMax: ServiceLimits.logMessageBytesMax)
        switch format {
        case .json: return json(level, message, pairs)
        case .text: return text(level, message, pairs)
        }
    }

    /// The room that the longest pair and the end of the line take.
    private static let pairBytesMax = 2 * (ServiceLimits.logNameBytesMax + ServiceLimits.logValueBytesMax) + 64

    private func json(_ level: Logger.Level, _ message: String, _ pairs: [(name: String, value: Logger.Metadata.Value)]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("ts", now().microsecondsText)
        writer.member("level", level.rawValue)
        writer.member("msg", message)
        writer.member("service", service)
        for pair in pairs {
            guard writer.bytes.count + LineFormat.pairBytesMax <= ServiceLimits.logLineBytesMax else {
                writer.member("isCut", true)
                break
            }
            writer.member(pair.name)
            LineFormat.write(pair.value, to: &writer)
        }
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private func text(_ level: Logger.Level, _ message: String, _ pairs: [(name: String, value: Logger.Metadata.Value)]) -> [UInt8] {
        var line = Array("\(now().microsecondsText) \(level.rawValue) \(service): \(message)".utf8)
        for pair in pairs {
            guard line.count + LineFormat.pairBytesMax <= ServiceLimits.logLineBytesMax else {
                line += " …".utf8
                break
            }
            line += " \(pair.name)=\(LineFormat.visible(pair.value))".utf8
        }
        return line + [UInt8(ascii: "\n")]
    }

    /// Metadata named like a member that every line has gets a prefix: JSON allows a name once.
    private static func name(_ key: String) -> String {
        let name = LogText.visible(key, bytesMax: ServiceLimits.logNameBytesMax)
        return ["ts", "level", "msg", "service", "event", "isCut"].contains(name) ? "metadata.\(name)" : name
    }

    private static func write(_ value: Logger.Metadata.Value, to writer: inout JSONWriter) {
        switch value {
        case .stringConvertible(let number as Int): writer.int(number)
        case .stringConvertible(let isTrue as Bool): writer.bool(isTrue)
        default: writer.string(visible(value))
        }
    }

    private static func visible(_ value: Logger.Metadata.Value) -> String {
        LogText.visible(value.description, bytesMax: ServiceLimits.logValueBytesMax)
    }
}
