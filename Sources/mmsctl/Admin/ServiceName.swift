internal import HTTPKit

/// A service that answers at an admin listener: its kind, and the MC system that it belongs to.
struct ServiceName: Sendable, Hashable {
    /// `sip-core-stub`
    let service: String
    let system: String

    /// Reads the answer of `GET /version`; nil where it names no service.
    init?(version: [UInt8]) {
        guard let json = try? JSONValue(version), let service = json["service"]?.string else { return nil }
        self.init(service: service, system: json["system"]?.string ?? "")
    }

    init(service: String, system: String) {
        self.service = service
        self.system = system
    }
}

extension ServiceName: CustomStringConvertible {
    /// `partner-mms@partner.example`, as in flow events.
    var description: String { system.isEmpty ? service : "\(service)@\(system)" }
}
