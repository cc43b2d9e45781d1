internal import Base

/// A stream of a server: a request that is received and its answer. The memory serves one stream after the other.
struct HTTP2ServerStream: ReusableStream {
    private(set) var id: Int32 = 0
    private(set) var began = Instant.now
    /// Nil where the method is not known here.
    private(set) var method: Method?
    var path: [UInt8] = []
    /// Whether `:authority` has arrived. It is stored as the field `host`, as in HTTP/1.1.
    private var hasAuthority = false
    private var contradictsAuthority = false
    var fields = Fields()
    var fieldCount = 0
    /// The size of the fields as RFC 9113 §6.5.2 counts it: names, values, and 32 for each field.
    var fieldBytes = 0
    /// The size of the request's fields, by the same count, while the session counts them as held.
    var heldFieldBytes = 0
    var body: [UInt8] = []
    /// Why the request is refused without a handler.
    var refusal: Refusal?
    /// Whether the request is complete or refused. The rest of it is dropped.
    var isClosedForInput = false
    /// Whether the peer has sent the end of its request.
    var isWhole = false
    /// Bytes of content for which the peer has not got new window yet.
    var unconsumed = 0
    var answer = OutgoingContent()
    var isAnswered = false
    /// When the last part of the answer was sent, or the answer was given.
    var progressed = Instant.now

    // Room for the fields of a usual request, so that they are not moved while they arrive.
    private static let usualFieldBytes = 224
    private static let usualFieldCount = 8
    private static let host: StaticString = "host"

    init() { fields.reserve(byteCount: HTTP2ServerStream.usualFieldBytes, count: HTTP2ServerStream.usualFieldCount) }

    mutating func begin(_ id: Int32, now: Instant) {
        self.id = id
        (began, progressed) = (now, now)
    }

    /// Releases the request and its answer. The memory is kept for the next request, unless a handler still holds this one.
    mutating func forget() {
        method = nil
        (hasAuthority, contradictsAuthority) = (false, false)
        (fieldCount, fieldBytes, heldFieldBytes, unconsumed) = (0, 0, 0, 0)
        refusal = nil
        (isClosedForInput, isWhole, isAnswered) = (false, false, false)
        releaseLarge()
        path.removeAll(keepingCapacity: true)
        fields.removeAll()
        body.removeAll(keepingCapacity: true)
        answer = OutgoingContent()
    }

    /// Releases a large body, path or fields once the handler's request holds them, or nobody does.
    mutating func releaseLarge() {
        if body.count > HTTP2Limits.spareBytesMax { body = [] }
        if fields.lines.count > HTTP2Limits.spareBytesMax { fields = Fields() }
        if path.count > HTTP2Limits.spareBytesMax { path = [] }
    }

    /// Adds one field of the header list.
    mutating func take(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        if name.first == UInt8(ascii: ":") { return takePseudo(name, value) }
        if hasAuthority, ByteView(name).equals("host") { return compareAuthority(to: ByteView(value)) }
        fields.append(checkedName: ByteView(name), value: ByteView(value))
    }

    /// Stores a pseudo-header field. nghttp2 refuses one that is repeated.
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

    /// Notes a `host` field that differs from `:authority`: two readers of such a request could see two different hosts (RFC 9113 §8.3.1).
    private mutating func compareAuthority(to host: ByteView) {
        let authority = fields.look(for: "Host").value
        if !fields.withValue(authority, { $0.equalsIgnoringCase(host) }) { contradictsAuthority = true }
    }

    /// The complete request, checked like a request of HTTP/1.1. Mutating, because otherwise the compiler copies the stream first.
    mutating func request(from peer: Peer) throws(Refusal) -> Request {
        guard let method else { throw Refusal(.notImplemented, "the method is not known") }
        let (path, query) = try RequestTarget.parse(path, method: method)
        guard !contradictsAuthority, fields.withValue(fields.look(for: "Host").value, Authority.isValid) else {
            throw .malformed("the authority is malformed")
        }
        return Request(method: method, path: path, query: query, fields: fields, body: body, peer: peer)
    }
}
