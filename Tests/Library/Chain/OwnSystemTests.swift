import ArgumentParser
import Nhss
import Testing

@testable import Chain
@testable import ServiceKit

@Suite struct OwnSystemTests {
    private func configuration(_ system: String, peer: String) throws -> ServiceConfiguration {
        let options = try ServiceOptions.parse(["--system-id", system, "--insecure-peer-as", peer])
        var settings = try Settings(config: nil, environment: [:])
        return try ServiceConfiguration(options, identity: .test, settings: &settings)
    }

    @Test(arguments: ["primary.example", "lab.5g", "1af019b2ba08", "123.example", "localhost", "PRIMARY.example"])
    func `a system has a domain name`(name: String) throws {
        #expect(try configuration(name, peer: name).ownSystem() == SystemID(name))
    }

    @Test(arguments: ["123", "1", "a.123", "127.0.0.1", "a..b", "a-", "a_b", "a."])
    func `what is no domain name is refused as the name of a system, whichever flag has it`(name: String) throws {
        for (system, peer, flag) in [(name, "a.example", "system-id"), ("a.example", name, "insecure-peer-as")] {
            var refused: ConfigurationError?
            do { _ = try configuration(system, peer: peer).ownSystem() } catch { refused = error as? ConfigurationError }
            #expect(refused?.flag == flag)
        }
    }
}
