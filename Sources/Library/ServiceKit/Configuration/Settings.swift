internal import Base
internal import Glibc
internal import HTTPKit

/// The settings of a service: a flag wins over the environment, that over the configuration file, that over the default.
///
/// A setting has one name everywhere: `--sip-database`, `MC_SIP_DATABASE`, and the member `sip-database` of the file.
/// A variable that is set but empty counts as not set.
package struct Settings: Sendable {
    private let environment: [String: String]
    private let file: JSONObject
    private let known: KnownSettings

    /// The settings of this process; `--config` or `MC_CONFIG` names the file.
    package init(_ options: ServiceOptions) throws(ConfigurationError) {
        try self.init(config: options.config, environment: ProcessEnvironment.settings)
    }

    package init(config path: String?, environment: [String: String]) throws(ConfigurationError) {
        self.environment = environment
        known = KnownSettings(variables: Array(environment.keys))
        known.insert("config", Settings.variable("config"))
        if let path = try Settings.checked("config", path) ?? Settings.nonEmpty(environment[Settings.variable("config")]) {
            file = try Settings.object(in: path)
        } else {
            file = JSONObject()
        }
    }

    /// - Parameters:
    ///   - flag: the name of the setting, without dashes.
    ///   - fromFlag: the value on the command line.
    package mutating func string(_ flag: String, _ fromFlag: String?) throws(ConfigurationError) -> String? {
        known.insert(flag, Settings.variable(flag))
        if let given = try Settings.checked(flag, fromFlag) { return given }
        if let variable = Settings.nonEmpty(environment[Settings.variable(flag)]) { return try Settings.checked(flag, variable) }
        guard let member = file[flag], !member.isNull else { return nil }
        guard let text = Settings.text(member) else { throw ConfigurationError(flag, "is not a text in the configuration file") }
        return try Settings.checked(flag, text)
    }

    package mutating func required(_ flag: String, _ fromFlag: String?) throws(ConfigurationError) -> String {
        guard let value = try string(flag, fromFlag) else {
            throw ConfigurationError(flag, "is missing; give the flag, \(Settings.variable(flag)) or the member of the configuration file")
        }
        return value
    }

    /// A setting with several values: a flag that is repeated, a variable with commas, an array in the file. Empty where it is not set.
    package mutating func list(_ flag: String, _ fromFlag: [String]) throws(ConfigurationError) -> [String] {
        known.insert(flag, Settings.variable(flag))
        var values = fromFlag
        if values.isEmpty, let variable = Settings.nonEmpty(environment[Settings.variable(flag)]) {
            values = variable.utf8.split(separator: UInt8(ascii: ",")).map { Settings.trimmed(String(decoding: $0, as: UTF8.self)) }
        }
        if values.isEmpty, let member = file[flag], !member.isNull {
            let texts = (member.array ?? [member]).map(Settings.text)
            values = texts.compactMap { $0 }
            guard values.count == texts.count else { throw ConfigurationError(flag, "is not a list of texts in the configuration file") }
        }
        guard values.count <= ServiceLimits.listCountMax else { throw ConfigurationError(flag, "has more than \(ServiceLimits.listCountMax) values") }
        for value in values {
            _ = try Settings.checked(flag, value)
            guard !value.utf8.contains(UInt8(ascii: " ")) else {
                throw ConfigurationError(
                    flag,
                    "\"\(value)\" has a space in it; several values are flags of their own, or separated by commas in \(Settings.variable(flag))")
            }
        }
        return values
    }

    /// A flag that takes no value; in the environment and the file it is `true` or `false`.
    package mutating func isSet(_ flag: String, _ fromFlag: Bool) throws(ConfigurationError) -> Bool {
        guard let text = try string(flag, fromFlag ? "true" : nil) else { return false }
        guard let value = Bool(text) else { throw ConfigurationError(flag, "is neither true nor false") }
        return value
    }

    /// Refuses a configuration file with a member that is no setting: a misspelt name must not pass in silence.
    package func checkAllFileMembersWereKnown() throws(ConfigurationError) {
        for member in file.members where !known.has(member.name) {
            throw ConfigurationError(
                "config", "the file has an unknown member \"\(LogText.visible(member.name, bytesMax: ServiceLimits.logNameBytesMax))\"")
        }
    }

    /// The settings that have been read so far, and the variables that nobody has.
    var seen: KnownSettings { known }

    private static func variable(_ flag: String) -> String {
        "MC_" + String(decoding: flag.utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }, as: UTF8.self).uppercased()
    }

    /// Without blanks at both ends.
    private static func trimmed(_ text: String) -> String {
        let start = text.utf8.drop(while: ASCII.isBlank)
        let end = start.lastIndex { !ASCII.isBlank($0) }.map { start.index(after: $0) } ?? start.startIndex
        return String(text[start.startIndex..<end])
    }

    private static func nonEmpty(_ text: String?) -> String? { text?.isEmpty == true ? nil : text }

    private static func checked(_ flag: String, _ value: String?) throws(ConfigurationError) -> String? {
        guard let value else { return nil }
        guard !value.isEmpty else { throw ConfigurationError(flag, "is empty") }
        guard value.utf8.count <= ServiceLimits.settingBytesMax else {
            throw ConfigurationError(flag, "has more than \(ServiceLimits.settingBytesMax) bytes")
        }
        guard !value.utf8.contains(where: ASCII.isControl) else { throw ConfigurationError(flag, "has control characters") }
        return value
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .number(let number): number.text
        case .bool(let isTrue): String(isTrue)
        case .null, .array, .object: nil
        }
    }

    private static let example = #"settings look like {"system-id":"primary.example","log-level":"debug"}"#

    private static func object(in path: String) throws(ConfigurationError) -> JSONObject {
        let contents: [UInt8]
        do throws(FileError) {
            contents = try SmallFile.read(path, bytesMax: ServiceLimits.configBytesMax)
        } catch { throw ConfigurationError("config", error.reason) }
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(contents) } catch {
            throw ConfigurationError("config", "\(path) is not JSON (YAML is not read): \(error); \(example)")
        }
        guard let object = value.object else { throw ConfigurationError("config", "\(path) holds no JSON object; \(example)") }
        return object
    }
}
