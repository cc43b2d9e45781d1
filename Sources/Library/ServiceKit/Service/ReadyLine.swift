internal import Base
internal import Glibc
internal import HTTPKit

/// The line on standard error by which a service tells whoever started it that its listeners accept, and where. It is always JSON.
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
