internal import Base
internal import Glibc
internal import HTTPKit

/// The line on standard error, always JSON, that tells whoever started a service that it accepts, and where.
struct ReadyLine {
    let identity: ServiceIdentity
    let addresses: Service.Addresses
    let more: [(String, JSONValue)]

    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("event", "ready")
        writer.member("service", identity.name)
        writer.member("listen", addresses.listen.description)
        writer.member("admin", addresses.admin.description)
        writer.member("version", ProgramVersion.number)
        writer.member("pid", Int(getpid()))
        for (name, value) in more {
            writer.member(name)
            value.write(to: &writer)
        }
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}
