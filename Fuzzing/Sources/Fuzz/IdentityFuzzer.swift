import Nhss

/// Identities, system names and trace contexts: the canonical form is accepted, and is its own canonical form.
enum IdentityFuzzer {
    static func run(_ input: [UInt8]) {
        if let impi = try? IMPI(input) {
            require(mustNotThrow("a canonical IMPI is one") { try IMPI(impi.bytes) } == impi, "a canonical IMPI is its own form: \(impi)")
            check(impi.bytes)
        }
        if let impu = try? IMPU(input) {
            require(mustNotThrow("a canonical IMPU is one") { try IMPU(impu.bytes) } == impu, "a canonical IMPU is its own form: \(impu)")
            check(impu.bytes)
        }
        if let system = try? SystemID(input) {
            require(mustNotThrow("a canonical name is one") { try SystemID(system.bytes) } == system, "a canonical name is its own form: \(system)")
            check(system.bytes)
        }
        if let trace = TraceParent(parsing: input) {
            let again = unwrapped(TraceParent(parsing: Array(trace.text.utf8)), "a trace context that is written can be read: \(trace.text)")
            require(again == trace, "a trace context is read back")
        }
    }

    private static func check(_ bytes: [UInt8]) {
        require(bytes.count <= NhssLimits.identityBytesMax && bytes.allSatisfy { 0x21...0x7e ~= $0 }, "an identity is short printable ASCII")
    }
}
