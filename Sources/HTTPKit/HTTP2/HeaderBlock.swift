internal import Base
internal import CNGHTTP2

/// A list of header fields on its way to nghttp2, which copies it: reused from message to message, so it allocates nothing.
final class HeaderBlock {
    // Safety: both pieces of memory are this object's alone, made anew only by `begin`, when nothing points into them yet. What the list points
    // to lies in `bytes` or is a static string.
    private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: HeaderBlock.usualBytes, alignment: 16)
    private var list = UnsafeMutableBufferPointer<nghttp2_nv>.allocate(capacity: HeaderBlock.usualCount)
    private var byteCount = 0
    private var count = 0
    private var requestCount = 0

    private static let usualBytes = 1_024
    private static let usualCount = 16
    private static let decimalBytesMax = 20
    private static let requestsPerRefresh = 256

    deinit {
        bytes.deallocate()
        list.deallocate()
    }

    /// The fields of an answer and nothing else.
    func set(_ status: Status, _ fields: Fields, date: [UInt8], contentLength: Int?) {
        begin(bytesMax: fields.lines.count + date.count + 2 * HeaderBlock.decimalBytesMax, countMax: fields.count + 3)
        append(":status", decimal: status.code)
        append(fields)
        date.withUnsafeBytes { append("date", $0) }
        if let contentLength { append("content-length", decimal: contentLength) }
    }

    /// The fields of a request and nothing else.
    func set(_ request: ClientRequest, host: String, scheme: StaticString, contentLength: Int?) {
        begin(
            bytesMax: request.fields.lines.count + request.target.count + host.utf8.count + 2 * HeaderBlock.decimalBytesMax,
            countMax: request.fields.count + 5)
        append(":method", request.method.name.view)
        append(":scheme", scheme.view)
        var host = host
        host.withUTF8 { append(":authority", ByteView($0)) }
        request.target.withUnsafeBytes { append(":path", $0) }
        append(request.fields, remembersFresh: requestCount.isMultiple(of: HeaderBlock.requestsPerRefresh))
        requestCount &+= 1
        if let contentLength { append("content-length", decimal: contentLength) }
    }

    func setContinue() {
        begin(bytesMax: HeaderBlock.decimalBytesMax, countMax: 1)
        append(":status", decimal: 100)
    }

    /// Lends the list in nghttp2's shape for the call; nghttp2 reads names and values, and without NO_COPY flags copies them before it returns.
    func withList<Result>(_ body: (UnsafePointer<nghttp2_nv>?, Int) -> Result) -> Result { body(UnsafePointer(list.baseAddress), count) }

    private func begin(bytesMax: Int, countMax: Int) {
        (byteCount, count) = (0, 0)
        if bytes.count < bytesMax {
            bytes.deallocate()
            bytes = .allocate(byteCount: bytesMax, alignment: 16)
        }
        if list.count < countMax {
            list.deallocate()
            list = .allocate(capacity: countMax)
        }
    }

    private func append(_ name: StaticString, _ value: ByteView) { append(name.view, ByteView(keep(value))) }

    private func append(_ name: StaticString, decimal: Int) {
        // Safety: room was made for it, and what lies there are bytes.
        var writer = ByteWriter(room: UnsafeMutableRawBufferPointer(rebasing: bytes[byteCount...]).bindMemory(to: UInt8.self))
        writer.append(decimal: decimal)
        let value = ByteView(rebasing: bytes[byteCount..<byteCount + writer.count])
        byteCount += writer.count
        append(name.view, value)
    }

    /// Those fields that HTTP/2 has; names in lower case (RFC 9113 §8.2).
    ///
    /// What is new in every message would only push out of the peer's table what is not (RFC 7541 §6.2.3). But once in a while it goes there all the
    /// same, for then its name is there to be referred to.
    private func append(_ fields: Fields, remembersFresh: Bool = false) {
        fields.forEachView { name, value, isFresh in
            guard !HeaderBlock.isOfConnection(name) else { return }
            let name = keep(name)
            for position in 0..<name.count { name[position] = ASCII.lowercased(name[position]) }
            append(ByteView(name), ByteView(keep(value)), isFresh && !remembersFresh ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE)
        }
    }

    private func keep(_ text: ByteView) -> UnsafeMutableRawBufferPointer {
        precondition(text.count <= bytes.count - byteCount, "room was made for it")
        let kept = UnsafeMutableRawBufferPointer(rebasing: bytes[byteCount..<byteCount + text.count])
        kept.copyMemory(from: text)
        byteCount += text.count
        return kept
    }

    private func append(_ name: ByteView, _ value: ByteView, _ flag: nghttp2_nv_flag = NGHTTP2_NV_FLAG_NONE) {
        precondition(count < list.count, "room was made for it")
        // Safety: nghttp2 changes neither.
        let name = (start: UnsafeMutableRawPointer(mutating: name.baseAddress)?.assumingMemoryBound(to: UInt8.self), count: name.count)
        let value = (start: UnsafeMutableRawPointer(mutating: value.baseAddress)?.assumingMemoryBound(to: UInt8.self), count: value.count)
        list.initializeElement(
            at: count, to: nghttp2_nv(name: name.start, value: value.start, namelen: name.count, valuelen: value.count, flags: UInt8(flag.rawValue)))
        count += 1
    }

    /// RFC 9113 §8.2.2: they say something of an HTTP/1.1 connection.
    private static func isOfConnection(_ name: ByteView) -> Bool {
        switch name.count {
        case 4: name.equalsIgnoringCase("host")
        case 7: name.equalsIgnoringCase("upgrade")
        case 10: name.equalsIgnoringCase("connection") || name.equalsIgnoringCase("keep-alive")
        case 16: name.equalsIgnoringCase("proxy-connection")
        case 17: name.equalsIgnoringCase("transfer-encoding")
        default: false
        }
    }
}
