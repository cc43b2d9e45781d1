package import ServiceKit

extension AdminBody {
    /// `services`: the mission-critical services that a user may migrate with.
    package mutating func services() -> [String] {
        let services = strings("services", among: ["mcptt", "mcvideo", "mcdata"], countMax: 3)
        if Set(services).count != services.count { note("services", "names a service twice") }
        return services
    }
}
