import ArgumentParser
import Base
import Glibc
import HTTPKit

@testable import ServiceKit

/// Collects lines instead of writing them.
final class Lines: Sendable {
    private let lines = Guarded<[String]>([])

    var output: LineOutput {
        LineOutput { line in self.lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
    }

    var all: [String] { lines.withLock { $0 } }
}

/// A folder of its own for one test.
struct Scratch: ~Copyable {
    let path: String

    init() {
        var template = Array("/tmp/servicekit-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
    }

    func file(_ name: String, _ contents: String) -> String {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = contents.withCString { write(descriptor, $0, strlen($0)) }
        close(descriptor)
        return file
    }

    deinit {
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            unlink("\(path)/\(name)")
        }
        closedir(folder)
        rmdir(path)
    }
}

extension ServiceIdentity {
    static let test = ServiceIdentity(
        name: "authdb", defaultListen: "127.0.0.1:0", defaultAdminListen: "127.0.0.1:0", openAPI: #"{"openapi":"3.1.0"}"#)
}

extension ServiceConfiguration {
    static func test(_ arguments: String..., environment: [String: String] = [:]) throws -> ServiceConfiguration {
        let options = try ServiceOptions.parse(arguments)
        var settings = try Settings(config: options.config, environment: environment)
        return try ServiceConfiguration(options, identity: .test, settings: &settings)
    }
}

extension Request {
    static func put(_ body: String, type: String = "application/json", fields: Fields = [:]) -> Request {
        var fields = fields
        fields.append("Content-Type", type)
        return Request(method: .put, path: Array("/x".utf8), fields: fields, body: Array(body.utf8))
    }

    static func get(_ query: String? = nil, fields: Fields = [:]) -> Request {
        Request(method: .get, path: Array("/x".utf8), query: query.map { Array($0.utf8) }, fields: fields)
    }
}

extension Response {
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// The reason a configuration is refused for, and the flag it names.
func refusal(_ body: () throws -> Void) -> ConfigurationError? {
    do {
        try body()
        return nil
    } catch { return error as? ConfigurationError }
}
