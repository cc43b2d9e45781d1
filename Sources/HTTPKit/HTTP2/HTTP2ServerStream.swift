internal import Base

/// One request on its way in and its answer on its way out; then the next one, with the same memory.
struct HTTP2ServerStream: ReusableStream {
    private(set) var id: Int32 = 0
    private(set) var began = Instant.now
    /// Nil where it is none we know.
    private(set) var method: Method?
    var path: [UInt8] = []
    /// Whether `:authority` has come; it is the field `host` from then on, as in HTTP/1.1.
    private var hasAuthority = false
    private var contradictsAuthority = false
    var fields = Fields()
    var fieldCount = 0
    /// As RFC 9113 §6.5.2 counts them: names, values and 32 for each.
    var fieldBytes = 0
    var body: [UInt8] = []
    /// Why this request is answered before anybody looks at it.
    var refusal: Refusal?
    /// The request is whole, or refused: what else comes of it is dropped.
    var isClosedForInput = false
    /// The peer has sent the end of its request.
    var isWhole = false
    /// Bytes of content the peer has not been given new room for.
    var unconsumed = 0
    var answer = OutgoingContent()
    var isAnswered = false
    /// When the last of the answer went out, or the answer was given.
    var progressed = Instant.now

    // What most requests have, so that their fields are not moved while they come.
    private static let usualFieldBytes = 224
    private static let usualFieldCount = 8
    private static let host: StaticString = "host"

    init() { fields.reserve(byteCount: HTTP2ServerStream.usualFieldBytes, count: HTTP2ServerStream.usualFieldCount) }

    mutating func begin(_ id: Int32, now: Instant) {
        self.id = id
        (began, progressed) = (now, now)
    }

    /// Lets go of what was said here. The memory of a usual request is kept for the next one, unless somebody still has the request.
    mutating func forget() {
        method = nil
        (hasAuthority, contradictsAuthority) = (false, false)
        (fieldCount, fieldBytes, unconsumed) = (0, 0, 0)
        refusal = nil
        (isClosedForInput, isWhole, isAnswered) = (false, false, false)
        path.removeAll(keepingCapacity: true)
        fields.removeAll()
        body.removeAll(keepingCapacity: true)
        answer = OutgoingContent()
    }

    /// Lets go of what the request's handler has now, if it is much.
    mutating func releaseLarge() {
        if body.count > HTTP2Limits.spareBytesMax { body = [] }
        if fields.lines.count > HTTP2Limits.spareBytesMax { fields = Fields() }
        if path.count > HTTP2Limits.spareBytesMax { path = [] }
    }

    /// Takes one field of the header list.
    mutating func take(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        if name.first == UInt8(ascii: ":") { return takePseudo(name, value) }
        if hasAuthority, ByteView(name).equals("host") { return compareAuthority(to: ByteView(value)) }
        fields.append(checkedName: ByteView(name), value: ByteView(value))
    }

    /// nghttp2 sees to it that none of them comes twice.
    private mutating func takePseudo(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        switch name.count {
        case 5: path.append(contentsOf: value)
        case 7 where name[1] == UInt8(ascii: "m"): method = Method(ByteView(value))
        case 10:
            hasAuthority = true
            fields.append(checkedName: HTTP2ServerStream.host.view, value: ByteView(value))
        default: break
        }
    }

    /// Who is asked must not depend on who reads it (RFC 9113 §8.3.1).
    private mutating func compareAuthority(to host: ByteView) {
        let authority = fields.look(for: "Host").value
        if !fields.withValue(authority, { $0.equalsIgnoringCase(host) }) { contradictsAuthority = true }
    }

    /// The request that has come, checked as one of HTTP/1.1 is. Mutating, or the compiler has it work on a copy of the stream.
    mutating func request(from peer: Peer) throws(Refusal) -> Request {
        guard let method else { throw Refusal(.notImplemented, "the method is not known") }
        let (path, query) = try RequestTarget.parse(path, method: method)
        guard !contradictsAuthority, fields.withValue(fields.look(for: "Host").value, Authority.isValid) else {
            throw .malformed("the authority is malformed")
        }
        return Request(method: method, path: path, query: query, fields: fields, body: body, peer: peer)
    }
}
