import Support
import Testing

@testable import ServiceKit

@Suite struct SettingsTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func `a flag wins over the environment, that over the file, and that over nothing`() throws {
        let file = try directory.write("c.json", #"{"database":"file","sip-database":"file","realm":"file"}"#)
        var settings = try Settings(config: file, environment: ["MC_DATABASE": "environment", "MC_SIP_DATABASE": "environment"])
        #expect(try settings.string("database", "flag") == "flag")
        #expect(try settings.string("sip-database", nil) == "environment")
        #expect(try settings.string("realm", nil) == "file")
        #expect(try settings.string("server-name", nil) == nil)
    }

    @Test func `the file is found through MC_CONFIG, too`() throws {
        let file = try directory.write("c.json", #"{"listen":"127.0.0.1:1"}"#)
        var settings = try Settings(config: nil, environment: ["MC_CONFIG": file])
        #expect(try settings.string("listen", nil) == "127.0.0.1:1")
        #expect(try settings.string("config", nil) == file)
    }

    @Test func `numbers and truths of the file are taken as the flag would be written`() throws {
        var settings = try Settings(config: directory.write("c.json", #"{"count":12,"insecure-any-address":true}"#), environment: [:])
        #expect(try settings.string("count", nil) == "12")
        #expect(try settings.isSet("insecure-any-address", false))
    }

    @Test func `an empty variable counts as not set`() throws {
        var settings = try Settings(config: nil, environment: ["MC_DATABASE": ""])
        #expect(try settings.string("database", nil) == nil)
    }

    @Test func `a list comes from flags, from a variable with commas, or from an array`() throws {
        let file = try directory.write("c.json", #"{"sip-listen":["udp:a","tcp:b"]}"#)
        var plain = try Settings(config: file, environment: [:])
        #expect(try plain.list("sip-listen", []) == ["udp:a", "tcp:b"])
        #expect(try plain.list("sip-listen", ["tls:c"]) == ["tls:c"])
        var set = try Settings(config: file, environment: ["MC_SIP_LISTEN": "udp:x,udp:y"])
        #expect(try set.list("sip-listen", []) == ["udp:x", "udp:y"])
    }

    @Test func `a member that nobody asked for is refused by name`() throws {
        var settings = try Settings(config: directory.write("c.json", #"{"database":"x","databse":"y"}"#), environment: [:])
        _ = try settings.string("database", nil)
        let error = refusal { try settings.checkAllFileMembersWereKnown() }
        #expect(error?.flag == "config")
        #expect(error?.reason.contains("databse") == true)
    }

    @Test func `a file whose members are all known is taken`() throws {
        var settings = try Settings(config: directory.write("c.json", #"{"database":"x"}"#), environment: [:])
        _ = try settings.required("database", nil)
        #expect(throws: Never.self) { try settings.checkAllFileMembersWereKnown() }
    }

    @Test func `what is missing is said with every place it could have been in`() throws {
        var settings = try Settings(config: nil, environment: [:])
        let error = refusal { _ = try settings.required("kek-file", nil) }
        #expect(error?.flag == "kek-file")
        #expect(error?.reason.contains("MC_KEK_FILE") == true)
    }

    @Test(arguments: ["", "{", "[]", #"{"a":1,"a":2}"#, #"{"a":1,}"#])
    func `a file that is no strict JSON object is refused`(contents: String) throws {
        let file = try directory.write("c.json", contents)
        #expect(throws: ConfigurationError("config", "")) { try Settings(config: file, environment: [:]) }
    }

    @Test func `a file of 65536 bytes is read and one byte more is not`() throws {
        let full = #"{"a":1}"# + String(repeating: " ", count: 65_529)
        #expect(throws: Never.self) { try Settings(config: directory.write("c.json", full), environment: [:]) }
        #expect(throws: ConfigurationError("config", "")) { try Settings(config: directory.write("d.json", full + " "), environment: [:]) }
        #expect(throws: ConfigurationError("config", "")) { try Settings(config: "/nonexistent/c.json", environment: [:]) }
        #expect(throws: ConfigurationError("config", "")) { try Settings(config: directory.path, environment: [:]) }
    }

    @Test(arguments: [#"{"database":{}}"#, #"{"database":["x"]}"#, #"{"database":"a\nb"}"#, #"{"database":""}"#])
    func `a member that is no usable text is refused under its flag`(contents: String) throws {
        var settings = try Settings(config: directory.write("c.json", contents), environment: [:])
        #expect(refusal { _ = try settings.string("database", nil) }?.flag == "database")
    }

    @Test func `a value of 4096 bytes is taken and one byte more is not`() throws {
        var settings = try Settings(config: nil, environment: [:])
        #expect(try settings.string("database", String(repeating: "x", count: 4_096))?.utf8.count == 4_096)
        #expect(refusal { _ = try settings.string("database", String(repeating: "x", count: 4_097)) }?.flag == "database")
        #expect(refusal { _ = try settings.string("database", "") }?.flag == "database")
    }
}
